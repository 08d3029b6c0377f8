package ai.doubleword.accounts;

import java.time.Instant;

/// A user who asks to join an organization.
///
/// @param id outside the database `join_…`
public record JoinRequest(long id, long user, String username, String email, Instant created) {
    public static final String PREFIX = "join";
}
