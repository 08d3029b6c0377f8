package ai.doubleword.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Brings up the database before anything asks it: one of our own in the home, or the one that is configured; then
/// roles, migrations, pools. Who injects [Database] gets it migrated.
@Singleton
final class DatabaseStart {
    private static final Logger LOG = Logger.getLogger(DatabaseStart.class);
    private static final String NAME = "doubleword";

    private final DatabaseConfig config;
    private final Home home;
    private final Shutdown shutdown;

    DatabaseStart(DatabaseConfig config, Home home, Shutdown shutdown) {
        this.config = config;
        this.home = home;
        this.shutdown = shutdown;
    }

    @Produces
    @Singleton
    DatabasePools pools() throws SQLException {
        Optional<String> url = config.url();
        @Nullable EmbeddedPostgres embedded = url.isPresent() ? null : startEmbedded();
        DatabaseLogins logins = embedded == null
                ? DatabaseLogins.of(url.orElseThrow(), config)
                : EmbeddedDatabase.prepare(embedded.superuser(), NAME);
        if (!logins.secondWall()) {
            LOG.warn("One database login only: row-level security, the second wall between accounts, is off."
                    + " Set DATABASE_MIGRATION_URL to the owner's login and DATABASE_URL to another's.");
        }
        Migrations.run(logins);
        DatabasePools pools = new DatabasePools(logins, config.poolSize(), config.timeout());
        shutdown.register(Shutdown.Stage.CONNECTIONS, "database connections", pools::close);
        if (embedded != null) {
            embedded.watch(pools::flush);
        }
        return pools;
    }

    @Produces
    @Singleton
    Database database(DatabasePools pools) {
        return pools.database();
    }

    private EmbeddedPostgres startEmbedded() {
        EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedPostgres.Place.inHome(home.path()));
        shutdown.register(Shutdown.Stage.POSTGRES, "PostgreSQL", server::close);
        return server;
    }
}
