package ai.doubleword.billing;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Prices of models: versions that are added and never changed. Methods are part of their caller's transaction and
/// block; thread-safe.
public final class Tariffs {
    /// Nano-dollars per dollar as a power of ten: prices are kept per million tokens.
    private static final int SCALE = 9;

    private final Ids ids;
    private final Clock clock;
    private final Map<String, BigDecimal> factors;

    Tariffs(Ids ids, Clock clock, Map<String, BigDecimal> factors) {
        this.ids = ids;
        this.clock = clock;
        this.factors = Map.copyOf(factors);
    }

    /// Without a container: tests and tools.
    ///
    /// @param factors shares of the realtime price by `tier/window`, such as `batch/24h`
    public static Tariffs of(Ids ids, Clock clock, Map<String, BigDecimal> factors) {
        return new Tariffs(ids, clock, factors);
    }

    /// Prices in force now, and those that will be, the oldest first.
    public List<ModelTariff> inForceAndLater(Handle handle, Collection<Long> models) {
        return models.isEmpty() ? List.of() : TariffStore.inForceAndLater(handle, models, clock.instant());
    }

    /// Versions by their id; of those that are not there, nothing.
    public Map<Long, Tariff> byId(Handle handle, Collection<Long> versions) {
        return TariffStore.byId(handle, versions).stream()
                .collect(Collectors.toMap(price -> price.tariff().id(), ModelTariff::tariff));
    }

    /// All versions of a model's prices, the newest first, at most 1,000.
    public List<ModelTariff> history(Handle handle, long model) {
        return TariffStore.history(handle, model);
    }

    /// Adds versions, but those that say what is there already. A realtime price also fills in, by factor, the tiers
    /// for which nobody set a price, here or
    /// earlier.
    ///
    /// @return what was added
    /// @throws ProblemException `invalid_value` for a price that cannot be
    public List<ModelTariff> add(Handle handle, long model, List<PriceSpec> prices) {
        List<ModelTariff> known = inForceAndLater(handle, List.of(model));
        List<ModelTariff> added = new ArrayList<>();
        for (PriceSpec price : prices) {
            ModelTariff wanted = version(model, price);
            if (known.stream().noneMatch(old -> says(old, wanted, price))) {
                added.add(wanted);
            }
        }
        for (ModelTariff realtime : List.copyOf(added)) {
            if (realtime.tier() == Tier.REALTIME) {
                factors.forEach((slot, factor) -> {
                    ModelTariff derived = derive(realtime, slot, factor);
                    boolean set = added.stream().anyMatch(derived::sameSlot)
                            || known.stream().anyMatch(old -> old.sameSlot(derived) && !old.derived());
                    if (!set) {
                        added.add(derived);
                    }
                });
            }
        }
        added.forEach(row -> TariffStore.insert(handle, row));
        return added;
    }

    /// Whether a version that somebody set has the wanted prices, in force or from the wanted time.
    private boolean says(ModelTariff old, ModelTariff wanted, PriceSpec spec) {
        boolean sameTime = spec.validFrom() == null
                ? !old.tariff().validFrom().isAfter(clock.instant())
                : old.tariff().validFrom().equals(wanted.tariff().validFrom());
        return old.sameSlot(wanted)
                && !old.derived()
                && sameTime
                && old.tariff().samePrices(wanted.tariff());
    }

    private ModelTariff version(long model, PriceSpec price) {
        Tier tier = tier(price.tier());
        String window = Objects.requireNonNullElse(price.window(), tier == Tier.BATCH ? "24h" : "");
        if (tier == Tier.BATCH ? !window.matches("[1-9][0-9]{0,3}[mhd]") : !window.isEmpty()) {
            throw invalid("window", "is a completion window such as 1h or 24h, and only the batch tier has one");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant from = Objects.requireNonNullElse(price.validFrom(), now).truncatedTo(ChronoUnit.MICROS);
        if (from.isBefore(now.minusSeconds(60))) {
            throw invalid("valid_from", "must not be in the past: what was used is already priced");
        }
        if (price.input() == null) {
            throw invalid("input", "must be given, in dollars per million tokens");
        }
        long input = nanos("input", price.input(), 0);
        long output = nanos("output", price.output(), 0);
        Tariff tariff = new Tariff(
                ids.next(),
                input,
                nanos("cache_read", price.cacheRead(), input),
                nanos("cache_write_5m", price.cacheWrite5m(), input),
                nanos("cache_write_1h", price.cacheWrite1h(), input),
                output,
                nanos("reasoning", price.reasoning(), output),
                nanos("audio_input", price.audioInput(), input),
                nanos("audio_output", price.audioOutput(), output),
                nanos("images", price.images(), 0),
                from);
        return new ModelTariff(model, tier, window, false, tariff);
    }

    private ModelTariff derive(ModelTariff realtime, String slot, BigDecimal factor) {
        String[] parts = slot.split("/", -1);
        Tariff full = realtime.tariff();
        Tariff tariff = new Tariff(
                ids.next(),
                share(full.input(), factor),
                share(full.cacheRead(), factor),
                share(full.cacheWrite5m(), factor),
                share(full.cacheWrite1h(), factor),
                share(full.output(), factor),
                share(full.reasoning(), factor),
                share(full.audioInput(), factor),
                share(full.audioOutput(), factor),
                share(full.images(), factor),
                full.validFrom());
        return new ModelTariff(realtime.model(), tier(parts[0]), parts[1], true, tariff);
    }

    private static long share(long price, BigDecimal factor) {
        return BigDecimal.valueOf(price)
                .multiply(factor)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private static Tier tier(@Nullable String wire) {
        for (Tier tier : Tier.values()) {
            if (tier.wire().equals(wire == null ? Tier.REALTIME.wire() : wire.toLowerCase(Locale.ROOT))) {
                return tier;
            }
        }
        throw invalid("tier", "must be realtime, flex, batch or background");
    }

    private static long nanos(String param, @Nullable BigDecimal dollars, long absent) {
        if (dollars == null) {
            return absent;
        }
        // A million dollars per million tokens is a typing error, and keeps every cost within a long.
        if (dollars.signum() < 0 || dollars.compareTo(BigDecimal.valueOf(1_000_000)) > 0) {
            throw invalid(param, "must be 0 to 1000000 dollars per million");
        }
        try {
            return dollars.setScale(SCALE, RoundingMode.UNNECESSARY)
                    .unscaledValue()
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw invalid(param, "has more than nine decimals");
        }
    }

    private static ProblemException invalid(String param, String rule) {
        return new ProblemException(
                Problem.ofParam(ErrorCode.INVALID_VALUE, param, "The price's " + param + " " + rule + "."));
    }
}
