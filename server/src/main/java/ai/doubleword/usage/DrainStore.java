package ai.doubleword.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// The drain's statements, on its one connection.
final class DrainStore implements AutoCloseable {
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

    /// Rows and rollups, in the transaction under way.
    void write(UsageGroup group) throws SQLException {
        group.write(connection);
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

    private static long position(PreparedStatement select) throws SQLException {
        try (ResultSet found = select.executeQuery()) {
            if (!found.next()) {
                throw new SQLException("the row of a journal file is gone");
            }
            return found.getLong(1);
        }
    }
}
