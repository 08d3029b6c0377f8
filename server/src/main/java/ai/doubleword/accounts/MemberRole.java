package ai.doubleword.accounts;

import java.util.Locale;

/// A user's role in an organization: owner ⊇ admin ⊇ member.
public enum MemberRole {
    OWNER,
    ADMIN,
    MEMBER;

    /// The value on the wire and in the database: the name in lower case.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MemberRole of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
