package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The API keys that a user made, as administrators see them: never a secret. Told by the package that has the keys.
public interface UserKeys {
    /// A key.
    ///
    /// @param id as the API names it
    /// @param start what the key begins with
    /// @param account who pays: `Personal`, or the organization's name
    /// @param works whether it does now
    record Made(
            String id,
            String start,
            String name,
            String type,
            String account,
            boolean works,
            Instant createdAt,
            @Nullable Instant lastUsedAt) {}

    /// @param newest the latest of them
    /// @param total how many there are
    record Overview(List<Made> newest, long total) {}

    /// @param most how many to list
    Overview of(long user, int most);
}
