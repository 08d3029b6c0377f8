package ai.doubleword.accounts;

import java.time.Instant;

/// A human who signs in.
///
/// @param id outside the database `user_…`
/// @param account the personal account
/// @param claimed whether the user has set address and password; the first start's administrator has not
/// @param disabled whether the user and all keys made by the user are refused
/// @param verified whether the user proved to read mails to the address
public record User(
        long id,
        long account,
        String username,
        String email,
        UserRole role,
        boolean claimed,
        boolean disabled,
        boolean verified,
        Instant created) {
    public static final String PREFIX = "user";
}
