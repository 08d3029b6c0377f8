package ai.doubleword.usage;

import ai.doubleword.usage.Rollups.Sums;
import ai.doubleword.usage.Rollups.TargetSums;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// The drain's statements, on its one connection. Plain JDBC: COPY and arrays of primitives are the driver's own.
/// Rollups are added in the order of their keys: neighbours share pages, and two nodes cannot wait for each other.
final class DrainStore implements AutoCloseable {
    private static final int HOUR_KEYS = 6;
    private static final int TARGET_NUMBERS = 5;
    private static final int TARGET_COUNTS = 4;

    private final Connection connection;

    /// @param connection of the login that owns the tables; this closes it
    DrainStore(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // Whoever lost this connection must not hold the file's lock for long, nor wait for it for ever.
            statement.execute("""
                    SELECT set_config('lock_timeout', '5s', false),
                        set_config('statement_timeout', '25s', false),
                        set_config('idle_in_transaction_session_timeout', '10s', false)
                    """);
        }
        connection.commit();
    }

    /// Makes the file's row if it is new, and says how far the file is drained.
    long begin(String file) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO journal_file (id) VALUES (?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, file);
            insert.executeUpdate();
        }
        connection.commit();
        try (PreparedStatement select = connection.prepareStatement("SELECT position FROM journal_file WHERE id = ?")) {
            select.setString(1, file);
            long position = position(select);
            connection.commit();
            return position;
        }
    }

    /// Locks the file's row until the transaction ends, and says how far the file is drained.
    long lock(String file) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT position FROM journal_file WHERE id = ? FOR UPDATE")) {
            select.setString(1, file);
            return position(select);
        }
    }

    void copy(ByteBuffer rows) throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY usage (" + CopyRows.COLUMNS + ") FROM STDIN (FORMAT binary)");
        try {
            copy.writeToCopy(rows.array(), rows.arrayOffset(), rows.limit());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    void add(Collection<Sums> hours) throws SQLException {
        long[][] columns = new long[HOUR_KEYS + Sums.COUNT][hours.size()];
        int row = 0;
        for (Sums sums : hours) {
            columns[0][row] = sums.key.hour();
            columns[1][row] = sums.key.account();
            columns[2][row] = sums.key.family();
            columns[3][row] = sums.key.member();
            columns[4][row] = sums.key.model();
            columns[5][row] = sums.key.tier();
            for (int i = 0; i < Sums.COUNT; i++) {
                columns[HOUR_KEYS + i][row] = sums.sums[i];
            }
            row++;
        }
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO rollup_hour AS old (hour, account, family, member, model, tier, requests, failed, refused,
                    estimated, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input,
                    audio_output, images, cost)
                SELECT to_timestamp(hour), account, family, member, model, tier, requests, failed, refused,
                    estimated, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input,
                    audio_output, images, cost
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS added (hour, account,
                    family, member, model, tier, requests, failed, refused, estimated, input, cache_read,
                    cache_write_5m, cache_write_1h, output, reasoning, audio_input, audio_output, images, cost)
                ORDER BY account, hour, family, member, model, tier
                ON CONFLICT (account, hour, family, member, model, tier) DO UPDATE SET
                    requests = old.requests + excluded.requests,
                    failed = old.failed + excluded.failed,
                    refused = old.refused + excluded.refused,
                    estimated = old.estimated + excluded.estimated,
                    input = old.input + excluded.input,
                    cache_read = old.cache_read + excluded.cache_read,
                    cache_write_5m = old.cache_write_5m + excluded.cache_write_5m,
                    cache_write_1h = old.cache_write_1h + excluded.cache_write_1h,
                    output = old.output + excluded.output,
                    reasoning = old.reasoning + excluded.reasoning,
                    audio_input = old.audio_input + excluded.audio_input,
                    audio_output = old.audio_output + excluded.audio_output,
                    images = old.images + excluded.images,
                    cost = old.cost + excluded.cost
                """)) {
            for (int i = 0; i < columns.length; i++) {
                upsert.setArray(i + 1, array(columns[i]));
            }
            upsert.executeUpdate();
        }
    }

    void addTargets(Collection<TargetSums> targets) throws SQLException {
        int rows = targets.size();
        long[][] numbers = new long[TARGET_NUMBERS][rows];
        String[][] counts = new String[TARGET_COUNTS][rows];
        int row = 0;
        for (TargetSums sums : targets) {
            numbers[0][row] = sums.key.hour();
            numbers[1][row] = sums.key.model();
            numbers[2][row] = sums.key.target();
            numbers[3][row] = sums.key.tier();
            numbers[4][row] = sums.requests;
            counts[0][row] = json(sums.statuses);
            counts[1][row] = literal(sums.causes);
            counts[2][row] = literal(sums.firstToken);
            counts[3][row] = literal(sums.total);
            row++;
        }
        // One statement, and no JDBC batch: of that the driver throws an error, no exception, when the connection ends.
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO rollup_target_hour AS old (hour, model, target, tier, requests, statuses, causes,
                    first_token, total)
                SELECT to_timestamp(hour), model, target, tier, requests, statuses::jsonb, causes::bigint[],
                    first_token::bigint[], total::bigint[]
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) AS added (hour, model, target, tier, requests, statuses,
                    causes, first_token, total)
                ORDER BY model, target, tier, hour
                ON CONFLICT (model, target, tier, hour) DO UPDATE SET
                    requests = old.requests + excluded.requests,
                    statuses = add_counts(old.statuses, excluded.statuses),
                    causes = add_counts(old.causes, excluded.causes),
                    first_token = add_counts(old.first_token, excluded.first_token),
                    total = add_counts(old.total, excluded.total)
                """)) {
            int parameter = 1;
            for (long[] column : numbers) {
                upsert.setArray(parameter++, array(column));
            }
            for (String[] column : counts) {
                upsert.setArray(parameter++, connection.createArrayOf("text", column));
            }
            upsert.executeUpdate();
        }
    }

    void move(String file, long position) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE journal_file SET position = ? WHERE id = ?")) {
            update.setLong(1, position);
            update.setString(2, file);
            update.executeUpdate();
        }
    }

    /// Remembers that all of a file is in, before it is deleted.
    void finish(String file) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE journal_file SET drained_at = now() WHERE id = ?")) {
            update.setString(1, file);
            update.executeUpdate();
        }
        connection.commit();
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private java.sql.Array array(long[] numbers) throws SQLException {
        return connection.unwrap(PGConnection.class).createArrayOf("int8", numbers);
    }

    private static String json(Map<Integer, Long> statuses) {
        return statuses.entrySet().stream()
                .map(status -> "\"" + status.getKey() + "\":" + status.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /// An array as PostgreSQL reads it from text: arrays of arrays would have to be of one length.
    private static String literal(long[] numbers) {
        return LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining(",", "{", "}"));
    }

    private static long position(PreparedStatement select) throws SQLException {
        try (ResultSet found = select.executeQuery()) {
            if (!found.next()) {
                throw new SQLException("the row of a journal file is gone");
            }
            return found.getLong(1);
        }
    }
}
