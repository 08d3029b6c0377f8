package ai.doubleword.accounts;

import java.time.Instant;

/// A signed-in browser.
///
/// @param id outside the database `session_…`
/// @param method how the user signed in
/// @param device what the browser called itself, as `Firefox on Linux`
/// @param address where it was last seen
/// @param expires when it ends however busy it is
/// @param proven when the user proved last who is there: by signing in, or by [Confirmation]
public record Session(
        long id,
        long user,
        SignInMethod method,
        String device,
        String address,
        Instant created,
        Instant lastSeen,
        Instant expires,
        Instant proven) {
    public static final String PREFIX = "session";

    Session provenAt(Instant now) {
        return new Session(id, user, method, device, address, created, lastSeen, expires, now);
    }
}
