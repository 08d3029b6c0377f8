package ai.doubleword.platform;

import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jboss.logging.Logger;

/// Brings the tables to this release's shape. Several nodes may start at once: an advisory lock lets one migrate while
/// the others wait.
final class Migrations {
    private static final Logger LOG = Logger.getLogger(Migrations.class);

    private Migrations() {}

    /// @throws StartRefusedException when a migration fails; each is one transaction, so what it began is undone
    static void run(DatabaseLogins logins) {
        DatabaseLogin owner = logins.engine();
        try {
            MigrateResult result = configure(owner, logins.app().user()).migrate();
            if (result.migrationsExecuted > 0) {
                LOG.debugf("%d migrations applied", result.migrationsExecuted);
            }
        } catch (FlywayException e) {
            throw new StartRefusedException(
                    "The database's tables cannot be brought up to date: "
                            + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n+\\s*", " "),
                    "Check that " + owner.user() + " may log in and owns the schema public; the log has the details.",
                    e);
        }
    }

    private static Flyway configure(DatabaseLogin owner, String app) {
        var configuration = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(owner.jdbcUrl(), owner.user(), owner.password().revealText())
                .jdbcProperties(Map.of("connectTimeout", "3", "tcpKeepAlive", "true"))
                .connectRetries(5)
                .connectRetriesInterval(2)
                .locations("classpath:db/migration")
                .placeholders(Map.of("app", '"' + app.replace("\"", "\"\"") + '"'));
        // Of the session, not of a transaction: CREATE INDEX CONCURRENTLY would wait for that for ever.
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration.load();
    }
}
