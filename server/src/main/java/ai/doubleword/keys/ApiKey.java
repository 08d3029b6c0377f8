package ai.doubleword.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is known of a key; never its secret.
///
/// @param id the public 12 characters
/// @param family what a rotated key keeps
/// @param account who owns it and pays
/// @param createdBy the user who made it and as whom it acts
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
        KeyType type,
        KeyTerms terms,
        @Nullable String rotatedFrom,
        @Nullable Instant retiresAt,
        @Nullable Instant revokedAt,
        String revokedBecause,
        @Nullable LastUse lastUsed,
        Instant created) {
    public static final String PREFIX = "key";

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
        return "active";
    }

    /// Whether it works at a moment.
    public boolean alive(Instant now) {
        String status = status(now);
        return status.equals("active") || status.equals("retiring");
    }
}
