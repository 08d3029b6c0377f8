package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Writes requests of the past as the drain would have written them: rows and rollups in one transaction, so that they
/// agree. For made-up history; what happens goes through the journal. Blocking, thread-safe.
@Singleton
public final class UsageHistory {
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final long GLANCE_NANOS = 50_000_000;

    private final Database database;
    private final UsageGroups groups;
    private final Drain drain;

    UsageHistory(Database database, UsageGroups groups, Drain drain) {
        this.database = database;
        this.groups = groups;
        this.drain = drain;
    }

    /// Writes rows, all or none.
    ///
    /// @throws SQLException if PostgreSQL cannot take them
    public void write(List<UsageRecord> rows) throws SQLException {
        UsageGroup group = groups.next();
        rows.forEach(group::add);
        group.prepare();
        try (Connection connection = database.dedicatedConnection(SILENCE)) {
            connection.setAutoCommit(false);
            group.write(connection);
            connection.commit();
        }
    }

    /// Waits until what has ended so far is in PostgreSQL, but no longer than this.
    public void awaitDrained(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!drain.lag().isZero() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(GLANCE_NANOS);
        }
    }
}
