package ai.doubleword.platform;

import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/// The two ways into PostgreSQL. `dw_engine` owns the tables: migrations, journal drain, key ring, scheduler.
/// `dw_app` is subject to row-level policies on `dw.account` and cannot change usage, ledger or audit. Thread-safe.
public final class Database {
    private final Jdbi engine;
    private final Jdbi app;

    public Database(DataSource engine, DataSource app) {
        this.engine = Jdbi.create(engine);
        this.app = Jdbi.create(app);
    }

    /// Work of the system itself, over all accounts.
    public Jdbi engine() {
        return engine;
    }

    /// One transaction that sees one account's rows only: the one place that sets `dw.account`.
    public <T, X extends Exception> T inAccount(long account, HandleCallback<T, X> work) throws X {
        return app.inTransaction(handle -> {
            setAccount(handle, account);
            return work.withHandle(handle);
        });
    }

    private static void setAccount(Handle handle, long account) {
        handle.createQuery("SELECT set_config('dw.account', :account, true)")
                .bind("account", Long.toString(account))
                .mapTo(String.class)
                .one();
    }
}
