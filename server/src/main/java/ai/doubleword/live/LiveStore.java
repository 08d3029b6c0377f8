package ai.doubleword.live;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// SQL of what live pages show: a few figures for each account that change when there is something new to see.
@Singleton
final class LiveStore {
    private final Database database;

    LiveStore(Database database) {
        this.database = database;
    }

    /// What an account came to.
    ///
    /// @param requests of the hours that can still grow
    /// @param keys that work
    /// @param delivery when a webhook was told of something last
    /// @param batches how far the open batches are, all together
    record Mark(long requests, long keys, long delivery, long batches) {}

    /// In one statement for all accounts that somebody watches here, from the rollups and indexes of the keys and of
    /// open batches.
    Map<Long, Mark> marks(Collection<Long> accounts) {
        return database.engine().withHandle(handle -> {
            Map<Long, Mark> marks = new HashMap<>();
            handle.createQuery("""
                            SELECT watched.account,
                                   (SELECT coalesce(sum(r.requests), 0) FROM rollup_hour r
                                     WHERE r.account = watched.account AND r.hour > now() - interval '3 hours')
                                       AS requests,
                                   (SELECT count(*) FROM api_key k
                                     WHERE k.account_id = watched.account AND k.revoked_at IS NULL
                                       AND k.deleted_at IS NULL) AS keys,
                                   (SELECT coalesce(extract(epoch FROM max(a.at)) * 1000, 0)::bigint
                                      FROM webhook_attempt a WHERE a.account_id = watched.account) AS delivery,
                                   (SELECT coalesce(sum(1 + b.status + p.next_seq
                                                    + CASE WHEN b.paused_at IS NULL THEN 0 ELSE 1000 END), 0)
                                      FROM batch b JOIN batch_progress p ON p.batch = b.id
                                     WHERE b.account_id = watched.account AND b.status IN (0, 1, 2, 6)
                                       AND b.input_file <> 0) AS batches
                              FROM unnest(:accounts) AS watched (account)
                            """)
                    .bindArray("accounts", Long.class, accounts)
                    .map((row, context) -> Map.entry(
                            row.getLong("account"),
                            new Mark(
                                    row.getLong("requests"),
                                    row.getLong("keys"),
                                    row.getLong("delivery"),
                                    row.getLong("batches"))))
                    .forEach(entry -> marks.put(entry.getKey(), entry.getValue()));
            return marks;
        });
    }
}
