package ai.doubleword.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/// The two ways into PostgreSQL. `dw_engine` owns the tables: migrations, journal drain, key ring, scheduler.
/// `dw_app` is subject to row-level policies on `dw.account` and cannot change usage, ledger or audit. Thread-safe.
public final class Database {
    private final Jdbi engine;
    private final Jdbi app;
    private final DatabaseLogin dedicated;

    /// @param engine connections of the login that owns the tables
    /// @param app connections of the login that row-level policies bind
    /// @param dedicated the owner's login for connections outside of the pools, past a transaction pooler
    public Database(DataSource engine, DataSource app, DatabaseLogin dedicated) {
        this.engine = Jdbi.create(engine);
        this.app = Jdbi.create(app);
        this.dedicated = dedicated;
    }

    /// Work of the system itself, over all accounts.
    public Jdbi engine() {
        return engine;
    }

    /// A connection of one's own as `dw_engine`, outside of the pool, for LISTEN, polling or COPY; the caller
    /// closes it. It dies when PostgreSQL restarts: open another, with a pause between attempts. Connecting fails
    /// after 3 s.
    ///
    /// @param silence how long a read may wait before the call throws; zero waits for ever
    public Connection dedicatedConnection(Duration silence) throws SQLException {
        return dedicated.open(silence);
    }

    /// One transaction that sees one account's rows only: the one place that sets `dw.account`.
    public <T, X extends Exception> T inAccount(long account, HandleCallback<T, X> work) throws X {
        return app.inTransaction(handle -> {
            setAccount(handle, account);
            return work.withHandle(handle);
        });
    }

    /// Part of each transaction of an account, and so plain JDBC.
    private static void setAccount(Handle handle, long account) {
        try (PreparedStatement set =
                handle.getConnection().prepareStatement("SELECT set_config('dw.account', ?, true)")) {
            set.setString(1, Long.toString(account));
            set.execute();
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }
}
