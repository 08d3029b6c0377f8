package ai.doubleword.administration;

import ai.doubleword.limits.Rates;
import java.util.Locale;

/// Something that has limits.
///
/// @param id how its address ends
/// @param detail what tells it from others of its name
/// @param account whose it is; 0 for a model
record Limited(Kind kind, String id, String name, String detail, long account, Rates rates) {
    /// What has limits.
    enum Kind {
        MODELS,
        ACCOUNTS,
        KEYS;

        /// What stands in the address.
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String wire) {
            for (Kind kind : values()) {
                if (kind.wire().equals(wire)) {
                    return kind;
                }
            }
            return MODELS;
        }
    }
}
