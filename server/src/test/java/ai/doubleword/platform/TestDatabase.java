package ai.doubleword.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A fresh, migrated database for a test, in one PostgreSQL that all tests of this JVM share (under `target/`, without
/// fsync). Making one costs some ten milliseconds: it is a copy of a template that was migrated once.
///
/// ```java
/// static final TestDatabase DATABASE = TestDatabase.create();
/// DATABASE.database().engine().useHandle(handle -> …);
/// ```
///
/// Databases vanish with the next run; nobody need close them, but a test that makes many should.
public final class TestDatabase implements AutoCloseable {
    /// JVM-wide, not class-loader-wide: Quarkus loads test classes several times.
    private static final String STARTED = "test.postgres";

    /// The master key of all test servers; base64.
    public static final String MASTER_KEY = Base64.getEncoder().encodeToString(new byte[32]);

    private static final String TEMPLATE = "doubleword_template";

    private final DatabaseLogins logins;
    private final DatabasePools pools;
    private final String name;

    private TestDatabase(DatabaseLogins logins, DatabasePools pools, String name) {
        this.logins = logins;
        this.pools = pools;
        this.name = name;
    }

    /// Makes a database with all migrations applied and nothing in it.
    public static TestDatabase create() {
        synchronized (System.getProperties()) {
            try {
                DatabaseLogin superuser = superuser();
                String name = "test_" + Long.toString(System.nanoTime(), 36);
                try (Connection connection = superuser.open(Duration.ofSeconds(30));
                        Statement statement = connection.createStatement()) {
                    statement.execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE + " OWNER dw_engine");
                }
                DatabaseLogins logins = EmbeddedDatabase.prepare(superuser, name);
                return new TestDatabase(logins, new DatabasePools(logins, 10, Duration.ofSeconds(10)), name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// What the features get injected.
    public Database database() {
        return pools.database();
    }

    /// Settings that make a server use this database instead of an embedded one.
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("doubleword.database.url", url(logins.app()));
        settings.put("doubleword.database.migration-url", url(logins.engine()));
        settings.put("doubleword.master-key", MASTER_KEY);
        return settings;
    }

    /// A database that another process of the test made.
    ///
    /// @param settings of it
    public static Database join(Map<String, String> settings) throws SQLException {
        DatabaseLogin app = DatabaseLogin.parse("url", String.valueOf(settings.get("doubleword.database.url")));
        DatabaseLogin engine =
                DatabaseLogin.parse("migration-url", String.valueOf(settings.get("doubleword.database.migration-url")));
        return new DatabasePools(new DatabaseLogins(engine, app, engine), 10, Duration.ofSeconds(10)).database();
    }

    /// Drops the database.
    @Override
    public void close() {
        pools.close();
        try (Connection connection = superuser().open(Duration.ofSeconds(30));
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String url(DatabaseLogin login) {
        return login.jdbcUrl() + "?user=" + login.user() + "&password="
                + login.password().revealText();
    }

    private static DatabaseLogin superuser() throws SQLException {
        @Nullable String started = System.getProperty(STARTED);
        if (started != null) {
            return DatabaseLogin.parse(STARTED, started);
        }
        EmbeddedPostgres server = start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-test-postgres"));
        System.setProperty(STARTED, url(server.superuser()));
        clean(server.superuser());
        Migrations.run(EmbeddedDatabase.prepare(server.superuser(), TEMPLATE));
        return server.superuser();
    }

    private static void clean(DatabaseLogin superuser) throws SQLException {
        try (Connection connection = superuser.open(Duration.ofSeconds(30));
                Statement statement = connection.createStatement();
                Statement drop = connection.createStatement()) {
            var names = statement.executeQuery(
                    "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%' OR datname = '" + TEMPLATE + "'");
            while (names.next()) {
                drop.execute("DROP DATABASE " + names.getString(1) + " WITH (FORCE)");
            }
        }
    }

    /// The cluster of an earlier run is used again; JVMs that run at the same time each have one of their own.
    @SuppressWarnings("resource") // The lock is held until this JVM ends.
    private static EmbeddedPostgres start() {
        try {
            Path root =
                    Files.createDirectories(Path.of("target", "test-postgres").toAbsolutePath());
            for (int slot = 0; slot < 100; slot++) {
                FileChannel channel = FileChannel.open(
                        root.resolve(slot + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                @Nullable FileLock lock = channel.tryLock();
                if (lock == null) {
                    channel.close();
                    continue;
                }
                Path place = root.resolve(Integer.toString(slot));
                return EmbeddedPostgres.start(new EmbeddedPostgres.Place(
                        root.resolve("pg"),
                        place.resolve("db"),
                        place.resolve("password"),
                        place.resolve("postgres.log"),
                        Boolean.getBoolean("test.postgres.fsync")));
            }
            throw new IllegalStateException("a hundred test runs at once in " + root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
