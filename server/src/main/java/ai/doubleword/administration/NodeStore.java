package ai.doubleword.administration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of the nodes' signs of life, and of how PostgreSQL is.
final class NodeStore {
    private NodeStore() {}

    /// @param silent for how long it has given no sign of life
    /// @param parts JSON of its sections
    record Row(long id, String name, String version, Instant started, Duration silent, String parts) {}

    /// @param size of the database
    /// @param connections to it, of all nodes
    /// @param oldest for how long the oldest transaction has been open
    record DatabaseState(String version, long size, int connections, int limit, Duration oldest) {}

    static void beat(Handle handle, long id, String name, String version, Instant started, String parts) {
        handle.createUpdate("""
                        INSERT INTO node (id, name, version, started_at, seen_at, parts)
                        VALUES (:id, :name, :version, :started, now(), :parts)
                        ON CONFLICT (id) DO UPDATE SET seen_at = now(), parts = excluded.parts
                        """)
                .bind("id", id)
                .bind("name", name)
                .bind("version", version)
                .bind("started", started.atOffset(ZoneOffset.UTC))
                .bind("parts", parts)
                .execute();
    }

    static void leave(Handle handle, long id) {
        handle.createUpdate("DELETE FROM node WHERE id = :id").bind("id", id).execute();
    }

    /// Nodes that went without a word long ago are no news.
    static void prune(Handle handle) {
        handle.execute("DELETE FROM node WHERE seen_at < now() - interval '1 day'");
    }

    static List<Row> all(Handle handle) {
        return handle.createQuery("""
                        SELECT id, name, version, started_at, parts,
                               extract(epoch FROM now() - seen_at) * 1000 AS silent_ms
                          FROM node
                         ORDER BY name, id
                        """)
                .map((row, context) -> new Row(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("version"),
                        row.getObject("started_at", OffsetDateTime.class).toInstant(),
                        Duration.ofMillis(row.getLong("silent_ms")),
                        row.getString("parts")))
                .list();
    }

    static DatabaseState database(Handle handle) {
        return handle.createQuery("""
                        SELECT current_setting('server_version') AS version,
                               pg_database_size(current_database()) AS size,
                               (SELECT numbackends FROM pg_stat_database WHERE datname = current_database())
                                   AS connections,
                               current_setting('max_connections')::integer AS most,
                               (SELECT coalesce(extract(epoch FROM now() - min(xact_start)) * 1000, 0)
                                  FROM pg_stat_activity
                                 WHERE datname = current_database()) AS oldest_ms
                        """).map((row, context) -> state(row)).one();
    }

    private static DatabaseState state(ResultSet row) throws SQLException {
        return new DatabaseState(
                row.getString("version"),
                row.getLong("size"),
                row.getInt("connections"),
                row.getInt("most"),
                Duration.ofMillis(row.getLong("oldest_ms")));
    }
}
