package ai.doubleword.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/// The PostgreSQL that a home's server runs, as its superuser sees it.
///
/// @param pid of its postmaster, which is no child of the server's
record EmbeddedDatabase(long pid, int port, String password) {
    static EmbeddedDatabase of(Path home) {
        try (var versions = Files.newDirectoryStream(home.resolve("db"))) {
            for (Path version : versions) {
                // Its process first, its port fourth.
                List<String> lines = Files.readAllLines(version.resolve("postmaster.pid"));
                return new EmbeddedDatabase(
                        Long.parseLong(lines.getFirst().strip()),
                        Integer.parseInt(lines.get(3).strip()),
                        Files.readString(home.resolve("secrets/postgres.password"))
                                .strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no database in " + home);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/doubleword", "postgres", password);
    }
}
