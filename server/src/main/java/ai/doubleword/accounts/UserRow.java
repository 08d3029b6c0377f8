package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A user as lists for administrators show one.
///
/// @param lastSeen when a browser of the user was last here; null for never
/// @param organizations the names of those that the user is in
public record UserRow(User user, @Nullable Instant lastSeen, List<String> organizations) {
    public UserRow {
        organizations = List.copyOf(organizations);
    }
}
