package ai.doubleword.responses;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// SQL of what nodes tell each other of responses that are being written. Each method is one statement, or two, on the
/// caller's connection; all times are the database's. Plain JDBC, since arrays of bytes are the driver's own.
final class LiveExchangeStore {
    private LiveExchangeStore() {}

    /// A node on which somebody reads a response.
    record Reader(long node, long response) {}

    /// A part of what a run says.
    ///
    /// @param asked the number that the reader asked by
    /// @param run number of the run's first event
    /// @param at how many bytes of its log come before
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Part(Reader to, long asked, long run, int at, byte[] said) {}

    /// Asks for what runs of some responses say, or goes on asking, and tells all nodes.
    ///
    /// @param asked responses, each with the number that it is asked for by
    /// @param word what the nodes are told, before each response
    static void ask(Connection connection, long node, Map<Long, Long> asked, Duration lease, String word)
            throws SQLException {
        List<Map.Entry<Long, Long>> all = List.copyOf(asked.entrySet());
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO live_reader (node, response, asked, asks_until)
                SELECT ?, response, asked, clock_timestamp() + make_interval(secs => ?)
                FROM unnest(?, ?) AS a (response, asked)
                ON CONFLICT (node, response) DO UPDATE SET asked = excluded.asked, asks_until = excluded.asks_until
                """)) {
            insert.setLong(1, node);
            insert.setDouble(2, (double) lease.toSeconds());
            insert.setArray(3, array(connection, "int8", all, Map.Entry::getKey));
            insert.setArray(4, array(connection, "int8", all, Map.Entry::getValue));
            insert.executeUpdate();
        }
        try (PreparedStatement notify =
                connection.prepareStatement("SELECT pg_notify(?, ? || r) FROM unnest(?) AS r")) {
            notify.setString(1, LiveExchange.CHANNEL);
            notify.setString(2, word);
            notify.setArray(3, array(connection, "int8", all, Map.Entry::getKey));
            notify.execute();
        }
    }

    /// Nobody reads some responses on a node any more.
    static void forget(Connection connection, long node, Collection<Long> responses) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("""
                WITH gone AS (DELETE FROM live_reader WHERE node = ? AND response = ANY(?))
                DELETE FROM live_part WHERE node = ? AND response = ANY(?)
                """)) {
            delete.setLong(1, node);
            delete.setArray(2, array(connection, "int8", responses, id -> id));
            delete.setLong(3, node);
            delete.setArray(4, array(connection, "int8", responses, id -> id));
            delete.executeUpdate();
        }
    }

    /// Takes what was said to a node, each run's in its order.
    static List<Part> take(Connection connection, long node) throws SQLException {
        List<Part> parts = new ArrayList<>();
        try (PreparedStatement delete = connection.prepareStatement("""
                WITH taken AS (DELETE FROM live_part WHERE node = ? RETURNING response, asked, run, at, said)
                SELECT * FROM taken ORDER BY response, asked, run, at
                """)) {
            delete.setLong(1, node);
            try (ResultSet rows = delete.executeQuery()) {
                while (rows.next()) {
                    parts.add(new Part(
                            new Reader(node, rows.getLong("response")),
                            rows.getLong("asked"),
                            rows.getLong("run"),
                            rows.getInt("at"),
                            rows.getBytes("said")));
                }
            }
        }
        return parts;
    }

    /// Who reads some responses on other nodes, each with the number that it asks by.
    static Map<Reader, Long> readers(Connection connection, Collection<Long> responses, long notNode)
            throws SQLException {
        Map<Reader, Long> readers = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT node, response, asked FROM live_reader
                WHERE response = ANY(?) AND node <> ? AND asks_until > clock_timestamp()
                """)) {
            select.setArray(1, array(connection, "int8", responses, id -> id));
            select.setLong(2, notNode);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    readers.put(new Reader(rows.getLong("node"), rows.getLong("response")), rows.getLong("asked"));
                }
            }
        }
        return readers;
    }

    /// Says parts to those who still ask by the same number and have not left too much untaken; tells their nodes.
    ///
    /// @param most bytes that a node may leave untaken
    /// @param word what the nodes are told, before the one that is meant
    /// @return to whom they were said
    static Set<Reader> say(Connection connection, List<Part> parts, long most, String word) throws SQLException {
        Set<Reader> said = new HashSet<>();
        try (PreparedStatement insert = connection.prepareStatement("""
                WITH said AS (
                    INSERT INTO live_part (node, response, asked, run, at, said)
                    SELECT p.* FROM unnest(?, ?, ?, ?, ?, ?) AS p (node, response, asked, run, at, said)
                    JOIN live_reader r ON r.node = p.node AND r.response = p.response AND r.asked = p.asked
                    WHERE r.asks_until > clock_timestamp()
                      AND (SELECT coalesce(sum(octet_length(l.said)), 0) FROM live_part l WHERE l.node = p.node) < ?
                    RETURNING node, response)
                SELECT node, response, pg_notify(?, ? || node) FROM said
                """)) {
            insert.setArray(
                    1, array(connection, "int8", parts, part -> part.to().node()));
            insert.setArray(
                    2, array(connection, "int8", parts, part -> part.to().response()));
            insert.setArray(3, array(connection, "int8", parts, Part::asked));
            insert.setArray(4, array(connection, "int8", parts, Part::run));
            insert.setArray(5, array(connection, "int4", parts, Part::at));
            insert.setArray(
                    6,
                    connection.createArrayOf(
                            "bytea", parts.stream().map(Part::said).toArray(byte[][]::new)));
            insert.setLong(7, most);
            insert.setString(8, LiveExchange.CHANNEL);
            insert.setString(9, word);
            try (ResultSet rows = insert.executeQuery()) {
                while (rows.next()) {
                    said.add(new Reader(rows.getLong("node"), rows.getLong("response")));
                }
            }
        }
        return said;
    }

    /// Removes what nodes left that ended without a word, and what was said to them.
    static void clean(Connection connection) throws SQLException {
        try (Statement delete = connection.createStatement()) {
            delete.executeUpdate("DELETE FROM live_reader WHERE asks_until < clock_timestamp()");
            delete.executeUpdate("""
                    DELETE FROM live_part p WHERE NOT EXISTS (
                        SELECT FROM live_reader r WHERE r.node = p.node AND r.response = p.response)
                    """);
        }
    }

    private static <T> Array array(Connection connection, String type, Collection<T> all, Function<T, Object> value)
            throws SQLException {
        return connection.createArrayOf(type, all.stream().map(value).toArray());
    }
}
