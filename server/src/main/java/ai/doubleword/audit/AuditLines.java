package ai.doubleword.audit;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Puts names into rows of the log, which itself holds ids alone: it outlives whoever is erased. Blocking, thread-safe.
@Singleton
final class AuditLines {
    private final Accounts accounts;

    AuditLines(Accounts accounts) {
        this.accounts = accounts;
    }

    List<AuditLine> of(List<AuditRow> rows) {
        Map<Long, String> names = new HashMap<>();
        return rows.stream()
                .map(row -> AuditLine.of(
                        row, row.actor() == 0 ? "" : name(row.actor(), names), subject(row.subject(), names)))
                .toList();
    }

    private String subject(String id, Map<Long, String> names) {
        OptionalLong user = Ids.parse(User.PREFIX, id);
        return user.isPresent() ? name(user.getAsLong(), names) : id;
    }

    private String name(long user, Map<Long, String> names) {
        return names.computeIfAbsent(
                user, id -> accounts.user(id).map(User::username).orElse("somebody erased"));
    }
}
