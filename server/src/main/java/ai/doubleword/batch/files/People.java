package ai.doubleword.batch.files;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.OwnerNames;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who made the files of one answer, all looked up at once.
final class People {
    private final Optional<OwnerNames> names;

    private People(Optional<OwnerNames> names) {
        this.names = names;
    }

    /// Those of an account's files.
    static People of(Accounts accounts, long account, Collection<FileRow> files) {
        return new People(
                accounts.names(account, files.stream().map(FileRow::member).collect(Collectors.toSet())));
    }

    @Nullable
    String email(long user) {
        return names.map(known -> known.emails().get(user)).orElse(null);
    }

    @Nullable
    String accountName() {
        return names.map(OwnerNames::account).orElse(null);
    }

    @Nullable
    String accountKind() {
        return names.map(known -> known.organization() ? "organization" : "personal")
                .orElse(null);
    }
}
