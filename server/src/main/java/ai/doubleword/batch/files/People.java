package ai.doubleword.batch.files;

import ai.doubleword.accounts.Account;
import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who made the files of one answer, each looked up once.
final class People {
    private final Accounts accounts;
    private final Optional<Account> account;
    private final Map<Long, Optional<String>> emails = new HashMap<>();

    People(Accounts accounts, long account) {
        this.accounts = accounts;
        this.account = accounts.account(account);
    }

    @Nullable
    String email(long user) {
        return emails.computeIfAbsent(user, id -> accounts.user(id).map(User::email))
                .orElse(null);
    }

    @Nullable
    String accountName() {
        return account.map(Account::name).orElse(null);
    }

    @Nullable
    String accountKind() {
        return account.map(known -> known.organization() ? "organization" : "personal")
                .orElse(null);
    }
}
