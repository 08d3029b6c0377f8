package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// A PostgreSQL of one's own; with none of these set, the server runs one in its home.
@ConfigMapping(prefix = "doubleword.database")
public interface DatabaseConfig {
    /// The login that the program runs with, as `postgres://user:password@host:5432/database`. Also `DATABASE_URL`.
    Optional<String> url();

    /// The login that owns the tables; default: that of `url`, and then row-level policies do not bind.
    /// Also `DATABASE_MIGRATION_URL`.
    Optional<String> migrationUrl();

    /// The owner's login past a transaction pooler, for LISTEN and COPY; default: that of `migration-url`.
    /// Also `DATABASE_LISTEN_URL`.
    Optional<String> listenUrl();

    /// Most connections in each of the two pools. Default 10.
    @WithDefault("10")
    int poolSize();

    /// How long a statement may run in a pooled connection, and how long one may wait for a connection. Default 10 s.
    @WithDefault("10s")
    Duration timeout();
}
