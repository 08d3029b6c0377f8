package ai.doubleword.batch.files;

import ai.doubleword.keys.Principal;
import java.util.List;
import java.util.Set;

/// On whose behalf files are used: by a key, or in the console by its user.
///
/// @param account whose files
/// @param member the user
/// @param keyId public id of the key; empty in the console
/// @param groups ids of the account's groups
/// @param models patterns that its models are limited to; empty for no limit
record FileCaller(long account, long member, String keyId, Set<Long> groups, List<String> models) {
    FileCaller {
        groups = Set.copyOf(groups);
        models = List.copyOf(models);
    }

    static FileCaller of(Principal key) {
        return new FileCaller(
                key.account(),
                key.member(),
                key.keyId(),
                key.groups(),
                key.scopes().models());
    }
}
