package ai.doubleword.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/// A PostgreSQL server of our own, on 127.0.0.1, in a folder of ours.
///
/// It outlives a hard kill of this process; the next [#start] then adopts it, or ends it when its settings differ. When
/// it dies alone, [#watch] starts it again on the same port. Whoever calls [#start] must hold the folder for itself
/// (see [Home]). Thread-safe.
public final class EmbeddedPostgres implements AutoCloseable {
    /// The name of the login that owns the server; roles for the program itself are made with it.
    public static final String SUPERUSER = "postgres";

    private static final Logger LOG = Logger.getLogger(EmbeddedPostgres.class);
    private static final int PASSWORD_DIGITS = 32;
    private static final long LOG_LIMIT_BYTES = 8 << 20;

    private final Place place;
    private final PostgresPrograms programs;
    private final DatabaseLogin superuser;
    private final int port;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile ProcessHandle postmaster;
    private boolean closed;

    private EmbeddedPostgres(
            Place place, PostgresPrograms programs, DatabaseLogin superuser, int port, ProcessHandle postmaster) {
        this.place = place;
        this.programs = programs;
        this.superuser = superuser;
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
            Secret password = password(place);
            if (!Files.exists(place.data().resolve("PG_VERSION"))) {
                initialize(place, programs);
            }
            return adopt(place, programs, password).orElseGet(() -> launch(place, programs, password));
        } catch (IOException e) {
            throw refusal("The database cannot be started: " + e.getMessage(), place, e);
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
            while (true) {
                postmaster.onExit().join();
                if (!restart()) {
                    return;
                }
                restarted.run();
            }
        });
    }

    /// Stops the server: open sessions are cut, what they committed is on disk. Does nothing the second time.
    @Override
    public void close() {
        lifecycle.lock();
        try {
            if (!closed) {
                closed = true;
                stop(place, programs);
            }
        } finally {
            lifecycle.unlock();
        }
    }

    private boolean restart() {
        long pauseMillis = 50;
        boolean first = true;
        while (true) {
            lifecycle.lock();
            try {
                if (closed) {
                    return false;
                }
                if (first) {
                    LOG.warnf("PostgreSQL (process %d) ended unexpectedly; starting it again", postmaster.pid());
                    first = false;
                }
                clearStalePid(place);
                postmaster = run(place, programs);
                LOG.infof("PostgreSQL answers again on port %d", port);
                return true;
            } catch (IOException | StartRefusedException e) {
                LOG.warnf("PostgreSQL does not start yet: %s", e.getMessage());
            } finally {
                lifecycle.unlock();
            }
            try {
                Thread.sleep(pauseMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            pauseMillis = Math.min(2_000, pauseMillis * 2);
        }
    }

    private static Secret password(Place place) throws IOException {
        if (Files.exists(place.password())) {
            return Secret.of(Files.readString(place.password()).strip());
        }
        if (Files.exists(place.data().resolve("PG_VERSION"))) {
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
        text.setLength(PASSWORD_DIGITS);
        SecretFile.write(place.password(), text.toString().getBytes(StandardCharsets.UTF_8));
        return Secret.of(text);
    }

    private static void initialize(Place place, PostgresPrograms programs) throws IOException {
        // Beside it, then renamed: a kill in between leaves no half of a cluster behind.
        Path fresh = place.data().resolveSibling(place.data().getFileName() + ".new");
        FileTrees.delete(fresh);
        Path parent = fresh.getParent();
        if (parent != null) {
            SecretFile.folder(parent);
        }
        PostgresPrograms.Result result = programs.run(
                120,
                "initdb",
                List.of(
                        "--pgdata=" + fresh,
                        "--username=" + SUPERUSER,
                        "--auth=scram-sha-256",
                        "--pwfile=" + place.password(),
                        "--encoding=UTF8",
                        "--no-locale",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        place.durable() ? "--data-checksums" : "--no-sync"));
        if (result.status() != 0) {
            FileTrees.delete(fresh);
            throw refusal("The database cannot be initialized: " + lastLine(result.output()), place, null);
        }
        Files.writeString(
                fresh.resolve("postgresql.conf"),
                "\ninclude_if_exists = '" + PostgresSettings.FILE + "'\n",
                StandardOpenOption.APPEND);
        try {
            Files.move(fresh, place.data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, place.data());
        }
    }

    private static Optional<EmbeddedPostgres> adopt(Place place, PostgresPrograms programs, Secret password)
            throws IOException {
        Optional<ProcessHandle> orphan = runningPostmaster(place);
        if (orphan.isEmpty()) {
            clearStalePid(place);
            return Optional.empty();
        }
        int port = PostgresSettings.port(place.data());
        if (port != 0 && PostgresSettings.standIn(place.data(), place.durable(), port)) {
            DatabaseLogin login = login(port, password);
            if (answers(login)) {
                LOG.infof(
                        "adopted PostgreSQL (process %d), left by a server that was killed",
                        orphan.get().pid());
                return Optional.of(new EmbeddedPostgres(place, programs, login, port, orphan.get()));
            }
        }
        LOG.infof(
                "ending PostgreSQL (process %d), left by a server that was killed",
                orphan.get().pid());
        stop(place, programs);
        clearStalePid(place);
        return Optional.empty();
    }

    private static EmbeddedPostgres launch(Place place, PostgresPrograms programs, Secret password) {
        StartRefusedException failure = null;
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                int kept = attempt == 0 ? PostgresSettings.port(place.data()) : 0;
                int port = kept != 0 && isFree(kept) ? kept : freePort();
                PostgresSettings.write(place.data(), place.durable(), port);
                ProcessHandle postmaster = run(place, programs);
                DatabaseLogin login = login(port, password);
                EmbeddedPostgres server = new EmbeddedPostgres(place, programs, login, port, postmaster);
                if (place.durable()) {
                    server.requireDurability();
                }
                return server;
            } catch (IOException e) {
                failure = refusal("The database cannot be started: " + e.getMessage(), place, e);
            } catch (StartRefusedException e) {
                failure = e;
            }
        }
        throw failure == null ? refusal("The database cannot be started.", place, null) : failure;
    }

    private static ProcessHandle run(Place place, PostgresPrograms programs) throws IOException {
        Path parent = place.log().getParent();
        if (parent != null) {
            SecretFile.folder(parent);
        }
        if (Files.exists(place.log()) && Files.size(place.log()) > LOG_LIMIT_BYTES) {
            Files.move(
                    place.log(),
                    place.log().resolveSibling(place.log().getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        PostgresPrograms.Result result = programs.run(
                330,
                "pg_ctl",
                List.of(
                        "start",
                        "-w",
                        "-t",
                        "300",
                        "-s",
                        "-D",
                        place.data().toString(),
                        "-l",
                        place.log().toString()));
        Optional<ProcessHandle> started = runningPostmaster(place);
        if (result.status() != 0 || started.isEmpty()) {
            throw refusal("PostgreSQL does not start: " + lastFatalLine(place.log()), place, null);
        }
        return started.get();
    }

    private void requireDurability() {
        try (Connection connection = superuser.open(Duration.ofSeconds(10));
                Statement statement = connection.createStatement()) {
            for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
                try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
                    row.next();
                    if (!"on".equals(row.getString(1))) {
                        throw new StartRefusedException(
                                "PostgreSQL runs with " + setting + " = " + row.getString(1)
                                        + ": a crash could lose committed data.",
                                "Remove the setting from " + place.data().resolve("postgresql.auto.conf") + ".");
                    }
                }
            }
        } catch (SQLException e) {
            throw refusal("PostgreSQL does not answer: " + e.getMessage(), place, e);
        }
    }

    private static void stop(Place place, PostgresPrograms programs) {
        for (String mode : List.of("fast", "immediate")) {
            try {
                Optional<ProcessHandle> process = runningPostmaster(place);
                if (process.isEmpty()) {
                    return;
                }
                programs.run(
                        35,
                        "pg_ctl",
                        List.of(
                                "stop",
                                "-s",
                                "-m",
                                mode,
                                "-t",
                                "30",
                                "-D",
                                place.data().toString()));
            } catch (IOException e) {
                LOG.warnf("PostgreSQL does not stop (%s): %s", mode, e.getMessage());
            }
        }
        try {
            runningPostmaster(place).ifPresent(process -> {
                process.destroyForcibly();
                process.onExit()
                        .orTimeout(5, TimeUnit.SECONDS)
                        .exceptionally(late -> process)
                        .join();
            });
        } catch (IOException e) {
            LOG.warnf("PostgreSQL does not end: %s", e.getMessage());
        }
    }

    /// The live process that the cluster's pid file names, if it is a postmaster of ours and not a stranger that got
    /// the number after a reboot, nor a zombie that an idle init never reaped.
    private static Optional<ProcessHandle> runningPostmaster(Place place) throws IOException {
        Path file = place.data().resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.endsWith("/bin/postgres"))
                        .isPresent());
    }

    private static void clearStalePid(Place place) throws IOException {
        if (runningPostmaster(place).isEmpty()) {
            Files.deleteIfExists(place.data().resolve("postmaster.pid"));
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

    private static StartRefusedException refusal(
            String message, Place place, @org.jspecify.annotations.Nullable Throwable cause) {
        String remedy = freeMebibytes(place) < 64
                ? "The disk is full: free some space for " + place.data() + ", or choose another place with --home."
                : "Look into " + place.log() + ", or set DATABASE_URL to a PostgreSQL (15 or newer) of your own.";
        return new StartRefusedException(message, remedy, cause);
    }

    private static long freeMebibytes(Place place) {
        try {
            Path existing = place.data();
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            return Files.getFileStore(existing).getUsableSpace() >> 20;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static String lastFatalLine(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "no reason is given";
        }
        List<String> lines = Files.readAllLines(log);
        for (int i = lines.size() - 1; i >= Math.max(0, lines.size() - 50); i--) {
            if (lines.get(i).contains("FATAL:") || lines.get(i).contains("PANIC:")) {
                return lines.get(i);
            }
        }
        return lines.isEmpty() ? "no reason is given" : lines.getLast();
    }

    private static String lastLine(String output) {
        return output.substring(output.lastIndexOf('\n') + 1);
    }
}
