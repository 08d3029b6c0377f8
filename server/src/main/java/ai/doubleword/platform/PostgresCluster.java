package ai.doubleword.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The files of one PostgreSQL and the process that serves them. Knows nothing of why it is started or stopped, see
/// [EmbeddedPostgres]. Not thread-safe.
final class PostgresCluster {
    private static final Logger LOG = Logger.getLogger(PostgresCluster.class);
    private static final long LOG_LIMIT_BYTES = 8 << 20;
    private static final long LEAST_FREE_MEBIBYTES = 64;

    private final EmbeddedPostgres.Place place;
    private final PostgresPrograms programs;

    PostgresCluster(EmbeddedPostgres.Place place, PostgresPrograms programs) {
        this.place = place;
        this.programs = programs;
    }

    boolean isInitialized() {
        return Files.exists(place.data().resolve("PG_VERSION"));
    }

    /// Makes the files. They grow beside their place and are renamed: a kill leaves no half of a cluster behind.
    void initialize() throws IOException {
        Path fresh = place.data().resolveSibling(place.data().getFileName() + ".new");
        FileTrees.delete(fresh);
        SecretFile.folder(parent(fresh));
        PostgresPrograms.Result result = programs.run(
                120,
                "initdb",
                List.of(
                        "--pgdata=" + fresh,
                        "--username=" + EmbeddedPostgres.SUPERUSER,
                        "--auth=scram-sha-256",
                        "--pwfile=" + place.password(),
                        "--encoding=UTF8",
                        "--no-locale",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        place.durable() ? "--data-checksums" : "--no-sync"));
        if (result.status() != 0) {
            FileTrees.delete(fresh);
            List<String> lines = result.output().lines().toList();
            String reason = lines.stream()
                    .filter(line -> line.contains("FATAL:") || line.contains("error:"))
                    .findFirst()
                    .orElse(lines.isEmpty() ? "initdb gives no reason" : lines.getLast());
            throw refusal("The database cannot be initialized: " + reason, null);
        }
        Files.writeString(
                fresh.resolve("postgresql.conf"),
                "\ninclude_if_exists = '" + PostgresSettings.FILE + "'\n",
                StandardOpenOption.APPEND);
        Files.move(fresh, place.data(), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Starts the server, as a session of its own that a terminal's interrupt does not reach, and returns when it
    /// answers; after a crash that includes the recovery.
    ProcessHandle start() throws IOException {
        SecretFile.folder(parent(place.log()));
        if (Files.exists(place.log()) && Files.size(place.log()) > LOG_LIMIT_BYTES) {
            Path old = place.log().resolveSibling(place.log().getFileName() + ".1");
            Files.move(place.log(), old, StandardCopyOption.REPLACE_EXISTING);
        }
        String data = place.data().toString();
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
                        data,
                        "-l",
                        place.log().toString()));
        Optional<ProcessHandle> started = postmaster();
        if (result.status() != 0 || started.isEmpty()) {
            throw refusal("PostgreSQL does not start: " + lastFatalLine(), null);
        }
        return started.get();
    }

    /// Stops the server if it runs: cutting sessions first, then without waiting for them, then by force. Its
    /// process is gone at the return: `pg_ctl` waits for the pid file only, which goes a moment before.
    void stop() {
        try {
            Optional<ProcessHandle> found = postmaster();
            if (found.isEmpty()) {
                return;
            }
            ProcessHandle server = found.get();
            for (String mode : List.of("fast", "immediate")) {
                String data = place.data().toString();
                programs.run(35, "pg_ctl", List.of("stop", "-s", "-m", mode, "-t", "30", "-D", data));
                if (ends(server, Duration.ofSeconds(2))) {
                    return;
                }
            }
            LOG.warnf("PostgreSQL (process %d) does not stop and is killed", server.pid());
            server.destroyForcibly();
            ends(server, Duration.ofSeconds(5));
        } catch (IOException e) {
            LOG.warnf("PostgreSQL does not stop: %s", e.getMessage());
        }
    }

    /// The live process that the cluster's pid file names, if it is PostgreSQL and not a stranger that got the number
    /// after a reboot, nor a zombie that nobody reaped.
    Optional<ProcessHandle> postmaster() throws IOException {
        Path file = pidFile();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(PostgresCluster::isPostgres);
    }

    /// Removes the pid file of a process that is gone: PostgreSQL would trust it if the number lives on.
    void clearStalePid() throws IOException {
        if (postmaster().isEmpty()) {
            Files.deleteIfExists(pidFile());
        }
    }

    StartRefusedException refusal(String message, @Nullable Throwable cause) {
        String remedy = freeMebibytes() < LEAST_FREE_MEBIBYTES
                ? "The disk is full: free some space for " + place.data() + ", or choose another place with --home."
                : "Look into " + place.log() + ", or set DATABASE_URL to a PostgreSQL (15 or newer) of your own.";
        return new StartRefusedException(message, remedy, cause);
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.isAlive()
                && process.info()
                        .command()
                        .filter(command -> command.endsWith("/bin/postgres"))
                        .isPresent();
    }

    /// Waits for the end of a process that is no child of ours: a zombie that nobody reaps counts as gone.
    private static boolean ends(ProcessHandle process, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (isPostgres(process)) {
            if (System.nanoTime() >= end) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return true;
    }

    private Path pidFile() {
        return place.data().resolve("postmaster.pid");
    }

    private long freeMebibytes() {
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

    private String lastFatalLine() throws IOException {
        List<String> lines = Files.exists(place.log()) ? Files.readAllLines(place.log()) : List.of();
        return lines.reversed().stream()
                .limit(50)
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .findFirst()
                .orElse(lines.isEmpty() ? "it gives no reason" : lines.getLast());
    }

    private static Path parent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IOException(file + " has no folder");
        }
        return parent;
    }
}
