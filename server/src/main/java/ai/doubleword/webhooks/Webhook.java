package ai.doubleword.webhooks;

import ai.doubleword.platform.AccountEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where a program of an account hears of events, without its secret.
///
/// @param id outside the database `whk_…`
/// @param maker the user who made it
/// @param disabledBecause empty where it is enabled
/// @param overlapEnds until when the secret before signs too
/// @param failingSince the first failure after the last success
public record Webhook(
        long id,
        long account,
        long maker,
        Terms terms,
        boolean enabled,
        String disabledBecause,
        Optional<Instant> overlapEnds,
        Optional<Instant> failingSince,
        Instant created,
        Instant updated) {
    public static final String PREFIX = "whk";

    /// What its owner says of it.
    ///
    /// @param types the events that it hears of; empty for all
    public record Terms(String url, String description, List<AccountEventType> types, Scope scope) {
        public Terms {
            types = List.copyOf(types);
        }
    }

    /// Whose doing it hears of.
    public enum Scope {
        /// Anybody's in the account.
        ACCOUNT,
        /// Its maker's alone.
        OWN;

        /// The value on the wire and in the database: the name in lower case.
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Scope of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /// How it stands, in a word for people.
    public String status() {
        if (!enabled) {
            return "disabled";
        }
        return failingSince.isPresent() ? "failing" : "enabled";
    }

    /// When it is disabled if nothing arrives until then.
    public Optional<Instant> disabledAt(Duration disableAfter) {
        return enabled ? failingSince.map(since -> since.plus(disableAfter)) : Optional.empty();
    }
}
