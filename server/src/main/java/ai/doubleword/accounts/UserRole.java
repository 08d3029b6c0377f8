package ai.doubleword.accounts;

import java.util.Locale;

/// A user's role on the whole platform.
public enum UserRole {
    /// Everything but other people's payloads.
    ADMINISTRATOR,
    BILLING_MANAGER,
    /// Reads request metadata and the audit log.
    AUDITOR,
    USER;

    /// The value on the wire and in the database: the name in lower case.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The words on pages: `billing manager`.
    public String label() {
        return wire().replace('_', ' ');
    }

    static UserRole of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
