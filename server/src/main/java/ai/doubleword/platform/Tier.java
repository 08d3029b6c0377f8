package ai.doubleword.platform;

import java.util.Locale;

/// The ways to buy the same model. Order and names are part of the API and the database.
public enum Tier {
    REALTIME,
    FLEX,
    BATCH,
    BACKGROUND;

    /// The value on the wire: the name in lower case.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
