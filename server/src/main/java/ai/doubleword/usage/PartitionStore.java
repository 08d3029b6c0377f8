package ai.doubleword.usage;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The days of the request log. Making one takes a lock that lets rows in and readers read (a table made aside, then
/// attached); dropping one detaches it first in a way that waits for readers instead of making them wait.
final class PartitionStore {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'usage_'yyyyMMdd");
    private static final long LOCK = 0x7573_6167_6544_6179L;

    private final Jdbi engine;

    PartitionStore(Jdbi engine) {
        this.engine = engine;
    }

    /// The days that have a partition.
    List<LocalDate> days() {
        return engine.withHandle(PartitionStore::days);
    }

    /// Makes the partition of a day, if it is missing.
    void make(LocalDate day) {
        engine.useTransaction(handle -> {
            lock(handle);
            if (days(handle).contains(day)) {
                return;
            }
            String name = day.format(NAME);
            handle.execute("DROP TABLE IF EXISTS " + name);
            handle.execute("CREATE TABLE " + name + " (LIKE usage INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
            // Attaching reads the table to prove this; with the constraint it need not.
            handle.execute("ALTER TABLE " + name + " ADD CONSTRAINT day CHECK (time >= '" + day
                    + "T00:00Z' AND time < '" + day.plusDays(1) + "T00:00Z')");
            handle.execute("ALTER TABLE usage ATTACH PARTITION " + name + " FOR VALUES FROM ('" + day
                    + "T00:00Z') TO ('" + day.plusDays(1) + "T00:00Z')");
            handle.execute("ALTER TABLE " + name + " DROP CONSTRAINT day");
        });
    }

    /// Drops the partition of a day with all of its rows.
    void drop(LocalDate day) {
        String name = day.format(NAME);
        engine.useHandle(handle -> {
            handle.execute("SET statement_timeout = '10min'");
            try {
                handle.execute("ALTER TABLE usage DETACH PARTITION " + name + " CONCURRENTLY");
                handle.execute("DROP TABLE " + name);
            } finally {
                handle.execute("RESET statement_timeout");
            }
        });
    }

    /// Drops rollups and the memory of deleted journal files from before a day.
    void dropRollups(LocalDate before) {
        engine.useHandle(handle -> {
            handle.execute("DELETE FROM rollup_hour WHERE hour < ?::date", before);
            handle.execute("DELETE FROM rollup_target_hour WHERE hour < ?::date", before);
            handle.execute("DELETE FROM journal_file WHERE drained_at < ?::date", before);
        });
    }

    private static void lock(Handle handle) {
        handle.createQuery("SELECT pg_advisory_xact_lock(:key) IS NULL")
                .bind("key", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    private static List<LocalDate> days(Handle handle) {
        return handle.createQuery("""
                        SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD')
                        FROM pg_inherits
                        WHERE inhparent = 'usage'::regclass AND NOT inhdetachpending
                        ORDER BY 1
                        """).mapTo(LocalDate.class).list();
    }
}
