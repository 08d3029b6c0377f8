package ai.doubleword.demo;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of demo data: what belongs to it, and taking all of it away.
@Singleton
final class DemoStore {
    private final Database database;

    DemoStore(Database database) {
        this.database = database;
    }

    /// What there is of demo data.
    ///
    /// @param filled whether all of it is there
    record Kept(
            Set<Long> accounts,
            Set<Long> users,
            Set<Long> organizations,
            Set<Long> models,
            Instant started,
            boolean filled) {}

    Optional<Kept> find() {
        return database.engine()
                .withHandle(handle -> handle.createQuery("""
                                SELECT accounts, users, organizations, models, started_at, filled_at IS NOT NULL AS filled
                                  FROM demo
                                """)
                        .map((row, context) -> new Kept(
                                Set.of((Long[]) row.getArray("accounts").getArray()),
                                Set.of((Long[]) row.getArray("users").getArray()),
                                Set.of((Long[]) row.getArray("organizations").getArray()),
                                Set.of((Long[]) row.getArray("models").getArray()),
                                row.getTimestamp("started_at").toInstant(),
                                row.getBoolean("filled")))
                        .findOne());
    }

    boolean holds(long account) {
        return database.engine()
                .withHandle(
                        handle -> handle.createQuery("SELECT EXISTS (SELECT FROM demo WHERE :account = ANY (accounts))")
                                .bind("account", account)
                                .mapTo(Boolean.class)
                                .one());
    }

    /// Whether nobody has used the system yet but the administrator who came with it.
    boolean empty() {
        return database.engine()
                .withHandle(
                        handle -> handle.createQuery("""
                                SELECT (SELECT count(*) FROM "user") <= 1
                                       AND NOT EXISTS (SELECT FROM organization)
                                       AND NOT EXISTS (SELECT FROM rollup_hour)
                                       AND NOT EXISTS (SELECT FROM demo)
                                """).mapTo(Boolean.class).one());
    }

    /// @return false if another node began first
    boolean begin(Instant now) {
        return database.engine()
                        .withHandle(handle -> handle.createUpdate(
                                        "INSERT INTO demo (started_at) VALUES (:now) ON CONFLICT DO NOTHING")
                                .bind("now", now)
                                .execute())
                == 1;
    }

    void keep(Collection<Long> accounts, Collection<Long> users, long organization, Collection<Long> models) {
        database.engine()
                .useHandle(handle -> handle.createUpdate("""
                                UPDATE demo SET accounts = :accounts, users = :users, organizations = ARRAY[:organization],
                                                models = :models
                                """)
                        .bindArray("accounts", Long.class, accounts)
                        .bindArray("users", Long.class, users)
                        .bind("organization", organization)
                        .bindArray("models", Long.class, models)
                        .execute());
    }

    void filled(Instant now) {
        database.engine()
                .useHandle(handle -> handle.createUpdate("UPDATE demo SET filled_at = :now")
                        .bind("now", now)
                        .execute());
    }

    /// Takes rows, people and their organization away, in the transaction that takes the models.
    static void remove(Handle handle, Kept kept) {
        for (String statement : new String[] {
            "DELETE FROM usage WHERE account = ANY (:accounts)",
            "DELETE FROM rollup_hour WHERE account = ANY (:accounts)",
            "DELETE FROM rollup_target_hour WHERE model = ANY (:models)",
            "DELETE FROM response WHERE account = ANY (:accounts)",
            "DELETE FROM playground_key WHERE account_id = ANY (:accounts) OR user_id = ANY (:users)",
            "DELETE FROM sample_key WHERE account_id = ANY (:accounts)",
            "DELETE FROM api_key WHERE account_id = ANY (:accounts) OR created_by = ANY (:users)",
            "DELETE FROM member WHERE organization_id = ANY (:organizations) OR user_id = ANY (:users)",
            "DELETE FROM invite WHERE organization_id = ANY (:organizations) OR invited_by = ANY (:users)",
            "DELETE FROM join_request WHERE organization_id = ANY (:organizations) OR user_id = ANY (:users)",
            "DELETE FROM device_login WHERE user_id = ANY (:users) OR account_id = ANY (:accounts)",
            "DELETE FROM admin_link WHERE user_id = ANY (:users)",
            "DELETE FROM session WHERE user_id = ANY (:users)",
            "DELETE FROM request_payload WHERE account_id = ANY (:accounts)",
            "DELETE FROM idempotency WHERE account_id = ANY (:accounts)",
            "DELETE FROM organization_domain WHERE organization_id = ANY (:organizations)",
            "DELETE FROM access_group_account WHERE account_id = ANY (:accounts)",
            "DELETE FROM organization WHERE id = ANY (:organizations)",
            "DELETE FROM \"user\" WHERE id = ANY (:users)",
            "DELETE FROM account WHERE id = ANY (:accounts)"
        }) {
            handle.createUpdate(statement)
                    .bindArray("accounts", Long.class, kept.accounts())
                    .bindArray("users", Long.class, kept.users())
                    .bindArray("organizations", Long.class, kept.organizations())
                    .bindArray("models", Long.class, kept.models())
                    .execute();
        }
        handle.createUpdate("DELETE FROM demo").execute();
    }
}
