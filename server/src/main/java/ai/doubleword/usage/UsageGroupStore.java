package ai.doubleword.usage;

import ai.doubleword.usage.Rollups.Sums;
import ai.doubleword.usage.Rollups.TargetSums;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// How usage rows and rollups get into PostgreSQL, in whatever transaction. Plain JDBC: COPY and arrays of primitives
/// are the driver's own. Rollups are added in the order of their keys: neighbours share pages, and two nodes cannot
/// wait for each other.
final class UsageGroupStore {
    private static final int HOUR_KEYS = 6;
    private static final int TARGET_NUMBERS = 5;
    private static final int TARGET_COUNTS = 4;

    private UsageGroupStore() {}

    static void copy(Connection connection, ByteBuffer rows) throws SQLException {
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

    static void addHours(Connection connection, Collection<Sums> hours) throws SQLException {
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
                upsert.setArray(i + 1, array(connection, columns[i]));
            }
            upsert.executeUpdate();
        }
    }

    static void addTargets(Connection connection, Collection<TargetSums> targets) throws SQLException {
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
                upsert.setArray(parameter++, array(connection, column));
            }
            for (String[] column : counts) {
                upsert.setArray(parameter++, connection.createArrayOf("text", column));
            }
            upsert.executeUpdate();
        }
    }

    private static java.sql.Array array(Connection connection, long[] numbers) throws SQLException {
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
}
