package ai.doubleword.usage;

import java.util.Locale;

/// The one cause that a request ends by. Order is part of the journal and the database: append only.
public enum Cause {
    COMPLETED,
    INCOMPLETE,
    FAILED,
    CLIENT_GONE,
    UPSTREAM_CUT,
    REFUSED;

    /// The value on the wire: the name in lower case.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
