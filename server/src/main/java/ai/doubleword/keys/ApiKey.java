package ai.doubleword.keys;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known of a key; never its secret.
///
/// @param id the public 12 characters
/// @param family what a rotated key keeps
/// @param account who owns it and pays
/// @param createdBy the user who made it, or for whom it was made, and as whom it acts
/// @param madeBy who made it for that user; absent where the user did
/// @param unopened whether that user has not opened it yet: until then it has no secret
/// @param terms what its owner may change
/// @param rotatedFrom id of the key it replaces
/// @param retiresAt when the overlap after a rotation ends and it stops working
/// @param revokedBecause why it was revoked, for its owner; empty if nobody said
/// @param lastUsed at most a minute behind
public record ApiKey(
        String id,
        long family,
        long account,
        long createdBy,
        @Nullable Long madeBy,
        boolean unopened,
        KeyType type,
        KeyTerms terms,
        @Nullable String rotatedFrom,
        @Nullable Instant retiresAt,
        @Nullable Instant revokedAt,
        String revokedBecause,
        @Nullable LastUse lastUsed,
        Instant created) {
    public static final String PREFIX = "key";

    private static final String UNOPENED = "unopened";

    /// When, from where and for which model a key was last used.
    public record LastUse(Instant at, String from, String model) {}

    /// What a key is at a moment, in the word that lists show.
    public String status(Instant now) {
        if (revokedAt != null) {
            return "revoked";
        }
        Instant expiry = terms.expiresAt();
        if (expiry != null && !now.isBefore(expiry)) {
            return "expired";
        }
        if (retiresAt != null) {
            return now.isBefore(retiresAt) ? "retiring" : "retired";
        }
        return unopened ? UNOPENED : "active";
    }

    /// Whether it works at a moment, or will once it is opened.
    public boolean alive(Instant now) {
        return Set.of("active", "retiring", UNOPENED).contains(status(now));
    }
}
