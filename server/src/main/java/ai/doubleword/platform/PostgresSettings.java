package ai.doubleword.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What our PostgreSQL runs with: a file of ours that its own configuration includes. Small memory, few processes,
/// and nothing that trades durability for speed.
final class PostgresSettings {
    static final String FILE = "doubleword.conf";

    private PostgresSettings() {}

    static void write(Path data, boolean durable, int port) throws IOException {
        Files.writeString(data.resolve(FILE), text(durable, port));
    }

    /// Whether the file holds exactly what [#write] would write now.
    static boolean standIn(Path data, boolean durable, int port) throws IOException {
        return text(durable, port).equals(Files.readString(data.resolve(FILE)));
    }

    /// The port of the last run; 0 if there was none.
    static int port(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (line.matches("port = \\d{1,5}")) {
                    return Integer.parseInt(line.substring("port = ".length()));
                }
            }
        }
        return 0;
    }

    private static String text(boolean durable, int port) {
        String on = durable ? "on" : "off";
        return String.join(
                "\n",
                List.of(
                        "# Written at each start; changes here are lost.",
                        "port = " + port,
                        "listen_addresses = '127.0.0.1'",
                        "unix_socket_directories = ''",
                        "password_encryption = 'scram-sha-256'",
                        "fsync = " + on,
                        "full_page_writes = " + on,
                        "synchronous_commit = " + on,
                        "max_connections = 100",
                        "shared_buffers = '64MB'",
                        // A new installation grows from nothing: plans made of its empty tables do not last.
                        "autovacuum_naptime = '15s'",
                        // Sums over a month of usage stay in memory.
                        "work_mem = '16MB'",
                        "max_wal_size = '2GB'",
                        "checkpoint_timeout = '10min'",
                        "huge_pages = off",
                        "io_method = sync",
                        "jit = off",
                        "max_logical_replication_workers = 0",
                        "tcp_keepalives_idle = 30",
                        "timezone = 'UTC'",
                        "log_timezone = 'UTC'",
                        "log_min_messages = warning",
                        "log_min_error_statement = panic",
                        ""));
    }
}
