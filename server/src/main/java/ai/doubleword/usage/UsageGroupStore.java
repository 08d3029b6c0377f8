package ai.doubleword.usage;

import ai.doubleword.usage.Rollups.Sums;
import ai.doubleword.usage.Rollups.TargetSums;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// How usage rows and rollups get into PostgreSQL, in whatever transaction. Plain JDBC: COPY and arrays of primitives
/// are the driver's own. Rollups are added in the order of their keys: neighbours share pages, and two nodes cannot
/// wait for each other.
///
/// A rollup costs PostgreSQL about as much as a row, and where many keys are busy there is one for nearly each request.
/// So what adds nothing is neither sent nor added, and arrays are taken apart by `unnest` in the list of a SELECT,
/// which hands row by row on; in a FROM it keeps each column first.
final class UsageGroupStore {
    private static final int HOUR_KEYS = 6;
    private static final int TARGET_KEYS = 4;

    /// In the order of [Sums#sums].
    private static final String[] SUMS = {
        "requests",
        "failed",
        "refused",
        "estimated",
        "input",
        "cache_read",
        "cache_write_5m",
        "cache_write_1h",
        "output",
        "reasoning",
        "audio_input",
        "audio_output",
        "images",
        "cost"
    };

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
        long[][] keys = new long[HOUR_KEYS][hours.size()];
        long[][] sums = new long[Sums.COUNT][hours.size()];
        int row = 0;
        for (Sums one : hours) {
            keys[0][row] = one.key.hour();
            keys[1][row] = one.key.account();
            keys[2][row] = one.key.family();
            keys[3][row] = one.key.member();
            keys[4][row] = one.key.model();
            keys[5][row] = one.key.tier();
            for (int i = 0; i < Sums.COUNT; i++) {
                sums[i][row] = one.sums[i];
            }
            row++;
        }
        List<String> columns = new ArrayList<>();
        List<long[]> added = new ArrayList<>(List.of(keys));
        for (int i = 0; i < Sums.COUNT; i++) {
            // The first, so that there is one.
            if (i == 0 || LongStream.of(sums[i]).anyMatch(sum -> sum != 0)) {
                columns.add(SUMS[i]);
                added.add(sums[i]);
            }
        }
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO rollup_hour AS old (hour, account, family, member, model, tier, %1$s)
                SELECT to_timestamp(hour), account, family, member, model, tier, %1$s
                FROM (SELECT unnest(?) AS hour, unnest(?) AS account, unnest(?) AS family, unnest(?) AS member,
                          unnest(?) AS model, unnest(?) AS tier, %2$s) AS added
                ORDER BY account, hour, family, member, model, tier
                ON CONFLICT (account, hour, family, member, model, tier) DO UPDATE SET %3$s
                """.formatted(
                        String.join(", ", columns),
                        columns.stream().map(column -> "unnest(?) AS " + column).collect(Collectors.joining(", ")),
                        columns.stream()
                                .map(column -> column + " = old." + column + " + excluded." + column)
                                .collect(Collectors.joining(", "))))) {
            setArrays(connection, upsert, added);
            upsert.executeUpdate();
        }
    }

    static void addTargets(Connection connection, Collection<TargetSums> targets) throws SQLException {
        int rows = targets.size();
        long[][] keys = new long[TARGET_KEYS][rows];
        long[] requests = new long[rows];
        String[][] counts = new String[4][rows];
        int row = 0;
        for (TargetSums sums : targets) {
            keys[0][row] = sums.key.hour();
            keys[1][row] = sums.key.model();
            keys[2][row] = sums.key.target();
            keys[3][row] = sums.key.tier();
            requests[row] = sums.requests;
            counts[0][row] = pairs(sums.statuses);
            counts[1][row] = pairs(sums.causes);
            counts[2][row] = pairs(sums.firstToken);
            counts[3][row] = pairs(sums.total);
            row++;
        }
        List<long[]> numbers = new ArrayList<>(List.of(keys));
        makeTargets(connection, numbers);
        numbers.add(requests);
        // One statement, and no JDBC batch: of that the driver throws an error, no exception, when the connection ends.
        try (PreparedStatement update = connection.prepareStatement("""
                WITH added AS MATERIALIZED (
                    SELECT to_timestamp(hour) AS hour, model, target, tier::smallint AS tier, requests,
                        statuses::bigint[], causes::bigint[], first_token::bigint[], total::bigint[]
                    FROM (SELECT unnest(?) AS hour, unnest(?) AS model, unnest(?) AS target, unnest(?) AS tier,
                              unnest(?) AS requests, unnest(?) AS statuses, unnest(?) AS causes,
                              unnest(?) AS first_token, unnest(?) AS total) AS sent),
                locked AS MATERIALIZED (
                    SELECT old.model, old.target, old.tier, old.hour
                    FROM rollup_target_hour AS old JOIN added USING (model, target, tier, hour)
                    ORDER BY model, target, tier, hour FOR UPDATE OF old)
                UPDATE rollup_target_hour AS old SET
                    requests = old.requests + added.requests,
                    statuses = add_at(old.statuses, added.statuses),
                    causes = add_at(old.causes, added.causes),
                    first_token = add_at(old.first_token, added.first_token),
                    total = add_at(old.total, added.total)
                FROM added JOIN locked USING (model, target, tier, hour)
                WHERE old.model = locked.model AND old.target = locked.target AND old.tier = locked.tier
                    AND old.hour = locked.hour
                """)) {
            int parameter = setArrays(connection, update, numbers);
            for (String[] column : counts) {
                update.setArray(parameter++, connection.createArrayOf("text", column));
            }
            int updated = update.executeUpdate();
            if (updated != rows) {
                // Nothing may be lost without a sound: the group is tried again.
                throw new SQLException(updated + " of " + rows + " rollups of targets were there to be added to");
            }
        }
    }

    /// Makes the rows that are not there yet, all of them zero.
    private static void makeTargets(Connection connection, List<long[]> keys) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO rollup_target_hour (hour, model, target, tier)
                SELECT to_timestamp(hour), model, target, tier
                FROM (SELECT unnest(?) AS hour, unnest(?) AS model, unnest(?) AS target, unnest(?) AS tier) AS added
                ORDER BY model, target, tier, hour
                ON CONFLICT DO NOTHING
                """)) {
            setArrays(connection, insert, keys);
            insert.executeUpdate();
        }
    }

    /// @return the parameter behind them
    private static int setArrays(Connection connection, PreparedStatement statement, List<long[]> columns)
            throws SQLException {
        int parameter = 1;
        for (long[] column : columns) {
            statement.setArray(
                    parameter++, connection.unwrap(PGConnection.class).createArrayOf("int8", column));
        }
        return parameter;
    }

    /// Name and amount of each, as PostgreSQL reads an array from text: arrays of arrays would have to be of one
    /// length.
    private static String pairs(Map<Integer, Long> amounts) {
        return amounts.entrySet().stream()
                .map(amount -> amount.getKey() + "," + amount.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /// Place, which PostgreSQL counts from 1, and amount of those that are not zero.
    private static String pairs(long[] amounts) {
        StringBuilder pairs = new StringBuilder("{");
        for (int i = 0; i < amounts.length; i++) {
            if (amounts[i] != 0) {
                pairs.append(pairs.length() == 1 ? "" : ",")
                        .append(i + 1)
                        .append(',')
                        .append(amounts[i]);
            }
        }
        return pairs.append('}').toString();
    }
}
