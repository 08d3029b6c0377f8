package ai.doubleword.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL server of our own, on 127.0.0.1, in a folder of ours.
///
/// It outlives a hard kill of this process; the next [#start] then adopts it, or ends it when its settings differ.
/// When it dies alone, [#watch] starts it again on the same port. Whoever calls [#start] must hold the folder for
/// itself (see [Home]). Thread-safe.
public final class EmbeddedPostgres implements AutoCloseable {
    /// The name of the login that owns the server; roles for the program itself are made with it.
    public static final String SUPERUSER = "postgres";

    private static final Logger LOG = Logger.getLogger(EmbeddedPostgres.class);
    private static final int PASSWORD_DIGITS = 33;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final PostgresCluster cluster;
    private final DatabaseLogin superuser;
    private final int port;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile ProcessHandle postmaster;
    private boolean closed;

    private EmbeddedPostgres(PostgresCluster cluster, Secret password, int port, ProcessHandle postmaster) {
        this.cluster = cluster;
        this.superuser = login(port, password);
        this.port = port;
        this.postmaster = postmaster;
    }

    /// Where a server lives.
    ///
    /// @param binaries the folder of unpacked versions; may be shared by several servers
    /// @param data the cluster; only ever one server at a time
    /// @param password the file that keeps the superuser's password
    /// @param log what the server says
    /// @param durable whether a commit survives loss of power; off for tests only
    public record Place(Path binaries, Path data, Path password, Path log, boolean durable) {
        /// The places in a home directory.
        public static Place inHome(Path home) {
            return new Place(
                    home.resolve("pg"),
                    home.resolve("db").resolve(PostgresBinaries.MAJOR),
                    home.resolve("secrets/postgres.password"),
                    home.resolve("logs/postgres.log"),
                    true);
        }
    }

    /// Unpacks, initializes, adopts or starts, and returns a server that answers.
    ///
    /// @throws StartRefusedException when that cannot be done, with the remedy
    public static EmbeddedPostgres start(Place place) {
        try {
            PostgresPrograms programs = new PostgresPrograms(PostgresBinaries.unpackInto(place.binaries()));
            PostgresCluster cluster = new PostgresCluster(place, programs);
            Secret password = password(place, cluster.isInitialized());
            if (!cluster.isInitialized()) {
                cluster.initialize();
            }
            return adopt(place, cluster, password).orElseGet(() -> launch(place, cluster, password));
        } catch (IOException e) {
            throw new StartRefusedException(
                    "The database cannot be started: " + e.getMessage() + ".",
                    "Make " + place.data().getParent() + " writable and leave it space, or set DATABASE_URL to a"
                            + " PostgreSQL (15 or newer) of your own.",
                    e);
        }
    }

    /// The port on 127.0.0.1; it stays the same while this object lives.
    public int port() {
        return port;
    }

    /// The superuser's login into the database `postgres`.
    public DatabaseLogin superuser() {
        return superuser;
    }

    /// The server's process id, for tests and for messages.
    public long pid() {
        return postmaster.pid();
    }

    /// From now on starts the server again whenever its process ends without [#close].
    ///
    /// @param restarted called, on a thread of its own, each time the server answers again
    public void watch(Runnable restarted) {
        Thread.ofVirtual().name("postgres-watch").start(() -> {
            do {
                postmaster.onExit().join();
            } while (restart(restarted));
        });
    }

    /// Stops the server: open sessions are cut, what they committed is on disk. Does nothing the second time.
    @Override
    public void close() {
        lifecycle.lock();
        try {
            if (!closed) {
                closed = true;
                cluster.stop();
            }
        } finally {
            lifecycle.unlock();
        }
    }

    /// Tries until the server answers again; false when it is to stay down.
    private boolean restart(Runnable restarted) {
        Duration pause = Duration.ofMillis(50);
        for (int attempt = 1; ; attempt++) {
            lifecycle.lock();
            try {
                if (closed) {
                    return false;
                }
                if (attempt == 1) {
                    LOG.warnf("PostgreSQL (process %d) ended unexpectedly; starting it again", postmaster.pid());
                }
                cluster.clearStalePid();
                postmaster = cluster.start();
                LOG.infof("PostgreSQL answers again on port %d", port);
                restarted.run();
                return true;
            } catch (IOException | StartRefusedException e) {
                LOG.warnf("PostgreSQL does not start yet: %s", e.getMessage());
            } finally {
                lifecycle.unlock();
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static Secret password(Place place, boolean mustExist) throws IOException {
        if (Files.exists(place.password())) {
            return Secret.of(Files.readString(place.password()).strip());
        }
        if (mustExist) {
            throw new StartRefusedException(
                    "The database's password is missing: " + place.password() + ".",
                    "Put the file back from your backup; without it the data in " + place.data()
                            + " cannot be opened.");
        }
        Path parent = place.password().getParent();
        if (parent != null) {
            SecretFile.folder(parent);
        }
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        while (text.length() < PASSWORD_DIGITS) {
            text.append(Base62.encode(random.nextLong() >>> 1, Base62.LONG_DIGITS));
        }
        SecretFile.write(place.password(), text.toString().getBytes(StandardCharsets.UTF_8));
        return Secret.of(text);
    }

    /// Takes over a server that outlived ours, if it runs with today's settings and lets us in; ends it otherwise.
    private static Optional<EmbeddedPostgres> adopt(Place place, PostgresCluster cluster, Secret password)
            throws IOException {
        Optional<ProcessHandle> orphan = cluster.postmaster();
        if (orphan.isPresent()) {
            long pid = orphan.get().pid();
            int port = PostgresSettings.port(place.data());
            if (port != 0
                    && PostgresSettings.standIn(place.data(), place.durable(), port)
                    && answers(login(port, password))) {
                LOG.infof("adopted PostgreSQL (process %d), left by a server that was killed", pid);
                return Optional.of(new EmbeddedPostgres(cluster, password, port, orphan.get()));
            }
            LOG.infof("ending PostgreSQL (process %d), left by a server that was killed", pid);
            cluster.stop();
        }
        cluster.clearStalePid();
        return Optional.empty();
    }

    private static EmbeddedPostgres launch(Place place, PostgresCluster cluster, Secret password) {
        @Nullable StartRefusedException failure = null;
        // The free port may be taken by another in between.
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                int kept = attempt == 0 ? PostgresSettings.port(place.data()) : 0;
                int port = kept != 0 && isFree(kept) ? kept : freePort();
                PostgresSettings.write(place.data(), place.durable(), port);
                EmbeddedPostgres server = new EmbeddedPostgres(cluster, password, port, cluster.start());
                if (place.durable()) {
                    server.requireDurability(place);
                }
                return server;
            } catch (IOException e) {
                failure = cluster.refusal("The database cannot be started: " + e.getMessage() + ".", e);
            } catch (StartRefusedException e) {
                failure = e;
            }
        }
        throw failure == null ? cluster.refusal("The database cannot be started.", null) : failure;
    }

    private void requireDurability(Place place) {
        try (Connection connection = superuser.open(Duration.ofSeconds(10));
                Statement statement = connection.createStatement()) {
            for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
                try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
                    row.next();
                    if (!"on".equals(row.getString(1))) {
                        close();
                        throw new StartRefusedException(
                                "PostgreSQL runs with " + setting + " = " + row.getString(1)
                                        + ": a crash could lose committed data.",
                                "Remove the setting from " + place.data().resolve("postgresql.auto.conf") + ".");
                    }
                }
            }
        } catch (SQLException e) {
            throw cluster.refusal("PostgreSQL does not answer: " + e.getMessage(), e);
        }
    }

    private static boolean answers(DatabaseLogin login) {
        try (Connection connection = login.open(Duration.ofSeconds(5))) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private static DatabaseLogin login(int port, Secret password) {
        return new DatabaseLogin("jdbc:postgresql://127.0.0.1:" + port + "/postgres", SUPERUSER, password);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // PostgreSQL sets it too: connections of the last run that linger do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
