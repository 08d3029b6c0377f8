package ai.doubleword.platform;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/// SQL of [ChangeFeed].
final class ChangeFeedStore {
    private ChangeFeedStore() {}

    /// Makes a new connection listen and PostgreSQL end statements that take too long.
    ///
    /// @param channel a plain identifier, checked by the caller
    static void prepare(Connection connection, String channel, Duration longest) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = " + longest.toMillis());
            statement.execute("SET lock_timeout = " + longest.toMillis());
            statement.execute("LISTEN " + channel);
        }
    }

    /// Which run of which server answers; another one may not have what was read from this one.
    static String server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_postmaster_start_time()::text")) {
            row.next();
            return row.getString(1);
        }
    }

    /// Whether an error says that PostgreSQL is out of reach or going away (classes 08 and 57P), rather than that it
    /// answered.
    static boolean unreachable(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }
}
