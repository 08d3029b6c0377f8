package ai.doubleword.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// One connection to the embedded PostgreSQL of a home, for questions in between.
final class HomeDatabase implements AutoCloseable {
    private final Connection connection;

    private HomeDatabase(Connection connection) {
        this.connection = connection;
    }

    static HomeDatabase of(Path home) {
        try {
            return new HomeDatabase(EmbeddedDatabase.of(home).connect());
        } catch (SQLException e) {
            throw new IllegalStateException("no connection to the database of " + home, e);
        }
    }

    long number(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// How many bytes of WAL were ever written.
    long wal() {
        return number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
