package ai.doubleword.platform;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
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
    private final Path home;
    private @Nullable EmbeddedPostgres embedded;

    DatabaseStart(DatabaseConfig config, HomeConfig home) {
        this.config = config;
        this.home = home.home();
    }

    @Produces
    @Singleton
    DatabasePools pools() throws SQLException {
        Optional<String> url = config.url();
        DatabaseLogins logins = url.isPresent() ? DatabaseLogins.of(url.get(), config) : startEmbedded();
        if (!logins.secondWall()) {
            LOG.warn("One database login only: row-level security, the second wall between accounts, is off."
                    + " Set DATABASE_MIGRATION_URL to the owner's login and DATABASE_URL to another's.");
        }
        Migrations.run(logins);
        DatabasePools pools = new DatabasePools(logins, config.poolSize(), config.timeout());
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

    void stop(@Disposes DatabasePools pools) {
        pools.close();
        if (embedded != null) {
            embedded.close();
        }
    }

    private DatabaseLogins startEmbedded() throws SQLException {
        EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedPostgres.Place.inHome(home));
        embedded = server;
        return EmbeddedDatabase.prepare(server.superuser(), NAME);
    }
}
