package ai.doubleword.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes the two roles and a database in a server of our own. Their passwords follow from the superuser's, so that one
/// secret file is enough.
final class EmbeddedDatabase {
    private static final String ENGINE = "dw_engine";
    private static final String APP = "dw_app";

    private EmbeddedDatabase() {}

    /// Makes what is missing and returns the logins into the database of that name.
    ///
    /// @param name lower-case letters, digits, underscores
    static DatabaseLogins prepare(DatabaseLogin superuser, String name) throws SQLException {
        if (!name.matches("[a-z][a-z0-9_]{0,40}")) {
            throw new IllegalArgumentException("not a database name: " + name);
        }
        String root = superuser.jdbcUrl().substring(0, superuser.jdbcUrl().lastIndexOf('/') + 1);
        DatabaseLogin engine = new DatabaseLogin(root + name, ENGINE, password(superuser, ENGINE));
        DatabaseLogin app = new DatabaseLogin(root + name, APP, password(superuser, APP));
        try (Connection connection = superuser.open(Duration.ofSeconds(30))) {
            makeRole(connection, engine);
            makeRole(connection, app);
            if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
                execute(connection, "CREATE DATABASE " + name + " OWNER " + ENGINE);
                execute(connection, "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
                execute(connection, "GRANT CONNECT ON DATABASE " + name + " TO " + APP);
            }
        }
        return new DatabaseLogins(engine, app, engine);
    }

    private static void makeRole(Connection connection, DatabaseLogin login) throws SQLException {
        if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", login.user())) {
            // The password is hexadecimal digits: it needs no quoting.
            execute(
                    connection,
                    "CREATE ROLE " + login.user() + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '"
                            + login.password().revealText() + "'");
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Secret password(DatabaseLogin superuser, String role) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(superuser.password().reveal(), "HmacSHA256"));
            return Secret.of(HexFormat.of().formatHex(mac.doFinal(role.getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }
}
