package ai.doubleword.accounts;

import ai.doubleword.platform.Ids;
import java.time.Instant;
import java.util.Optional;

/// A passkey of a user.
///
/// @param id outside the database `passkey_…`
/// @param name as the user calls it
/// @param synced whether it is on other devices, too
/// @param used when it signed in last
public record Passkey(long id, String name, boolean synced, Instant created, Optional<Instant> used) {
    public static final String PREFIX = "passkey";

    /// The id as forms send it.
    public String wireId() {
        return Ids.format(PREFIX, id);
    }
}
