package ai.doubleword.models;

import static ai.doubleword.platform.FormFields.invalid;
import static ai.doubleword.platform.FormFields.text;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.NanoDollars;
import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariff;
import jakarta.ws.rs.core.MultivaluedMap;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A price as a form has it: text, so that a form that was refused comes back as it was typed.
///
/// @param slot the tier, and the window of a batch: `realtime`, `batch/24h`
/// @param from a time of UTC as `2026-05-01T00:00`; empty for now
public record PriceForm(
        String slot,
        String input,
        String output,
        String cacheRead,
        String cacheWrite5m,
        String cacheWrite1h,
        String reasoning,
        String audioInput,
        String audioOutput,
        String images,
        String from) {
    private static final List<String> SLOTS = List.of("realtime", "flex", "batch/1h", "batch/24h", "background");

    /// The slot of a price.
    static String slot(ModelTariff price) {
        return price.window().isEmpty() ? price.tier().wire() : price.tier().wire() + "/" + price.window();
    }

    /// What prices can be set for.
    public List<String> slots() {
        return SLOTS;
    }

    /// Whether a price is given for anything but plain input and output.
    public boolean detailed() {
        return !(cacheRead + cacheWrite5m + cacheWrite1h + reasoning + audioInput + audioOutput + images).isEmpty();
    }

    static PriceForm of(MultivaluedMap<String, String> form) {
        return new PriceForm(
                text(form, "slot"),
                text(form, "input").strip(),
                text(form, "output").strip(),
                text(form, "cache_read").strip(),
                text(form, "cache_write_5m").strip(),
                text(form, "cache_write_1h").strip(),
                text(form, "reasoning").strip(),
                text(form, "audio_input").strip(),
                text(form, "audio_output").strip(),
                text(form, "images").strip(),
                text(form, "valid_from").strip());
    }

    /// The form for a new version of a price.
    ///
    /// @param before the price in force, to begin with
    static PriceForm of(String slot, Optional<ModelTariff> before) {
        Tariff old = before.map(ModelTariff::tariff).orElse(Tariff.FREE);
        return new PriceForm(
                SLOTS.contains(slot) ? slot : SLOTS.getFirst(),
                before.isEmpty() ? "" : dollars(old.input()),
                before.isEmpty() ? "" : dollars(old.output()),
                unless(old.cacheRead(), old.input()),
                unless(old.cacheWrite5m(), old.input()),
                unless(old.cacheWrite1h(), old.input()),
                unless(old.reasoning(), old.output()),
                unless(old.audioInput(), old.input()),
                unless(old.audioOutput(), old.output()),
                unless(old.images(), 0),
                "");
    }

    /// What the form asks for.
    ///
    /// @throws ai.doubleword.platform.ProblemException `invalid_value` for what is no price or no time
    PriceSpec spec() {
        String[] parts = slot.split("/", 2);
        BigDecimal wanted = price("input", input);
        if (wanted == null) {
            throw invalid("input", "Give the price of a million input tokens, in dollars; 0 for free.");
        }
        return new PriceSpec(
                parts[0],
                parts.length == 2 ? parts[1] : null,
                wanted,
                price("cache_read", cacheRead),
                price("cache_write_5m", cacheWrite5m),
                price("cache_write_1h", cacheWrite1h),
                price("output", output),
                price("reasoning", reasoning),
                price("audio_input", audioInput),
                price("audio_output", audioOutput),
                price("images", images),
                time());
    }

    private @Nullable Instant time() {
        if (from.isEmpty()) {
            return null;
        }
        try {
            return LocalDateTime.parse(from).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw invalid("valid_from", "'" + from + "' is no time such as 2026-05-01T00:00.");
        }
    }

    private static @Nullable BigDecimal price(String field, String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return new BigDecimal(text.startsWith("$") ? text.substring(1) : text);
        } catch (NumberFormatException e) {
            throw invalid(field, "'" + text + "' is no price such as 0.15.");
        }
    }

    private static String unless(long nanos, long same) {
        return nanos == same ? "" : dollars(nanos);
    }

    private static String dollars(long nanos) {
        return new NanoDollars(nanos).toDollars();
    }
}
