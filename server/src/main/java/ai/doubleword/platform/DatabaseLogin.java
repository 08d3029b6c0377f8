package ai.doubleword.platform;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/// How to log in to PostgreSQL.
///
/// @param jdbcUrl without user and password
/// @param user the login's name
/// @param password its password; empty where the server asks for none
public record DatabaseLogin(String jdbcUrl, String user, Secret password) {
    private static final Driver DRIVER = new Driver();
    private static final Set<String> SCHEMES = Set.of("postgres", "postgresql");

    /// Reads `postgres://user:password@host:port/database?sslmode=…` (as most platforms hand it out) or the same with
    /// `postgresql://`, or a JDBC URL with `user` and `password` as parameters.
    ///
    /// @param setting the name of the setting, for the message
    /// @throws StartRefusedException when it is neither
    public static DatabaseLogin parse(String setting, String url) {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        try {
            URI uri = URI.create(plain.strip());
            if (uri.getHost() == null || !SCHEMES.contains(String.valueOf(uri.getScheme()))) {
                throw malformed(setting);
            }
            String user = "";
            String password = "";
            if (uri.getRawUserInfo() != null) {
                String[] parts = uri.getRawUserInfo().split(":", 2);
                user = decode(parts[0]);
                password = parts.length > 1 ? decode(parts[1]) : "";
            }
            List<String> parameters = new ArrayList<>();
            for (String parameter : uri.getRawQuery() == null
                    ? new String[0]
                    : uri.getRawQuery().split("&")) {
                if (parameter.startsWith("user=")) {
                    user = decode(parameter.substring("user=".length()));
                } else if (parameter.startsWith("password=")) {
                    password = decode(parameter.substring("password=".length()));
                } else if (!parameter.isEmpty()) {
                    parameters.add(parameter);
                }
            }
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            return new DatabaseLogin(
                    "jdbc:postgresql://" + uri.getHost() + port + path + query, user, Secret.of(password));
        } catch (IllegalArgumentException e) {
            // Not as cause: its message repeats the whole URL, password included.
            throw malformed(setting);
        }
    }

    /// Opens a connection outside of all pools; the caller closes it.
    ///
    /// @param silence how long a read may wait before the server counts as dead; zero waits for ever
    public Connection open(Duration silence) throws SQLException {
        // Not DriverManager: it does not see drivers of another class loader than its caller's first one.
        @Nullable Connection connection = DRIVER.connect(jdbcUrl, properties(silence));
        if (connection == null) {
            throw new SQLException("not a PostgreSQL address");
        }
        return connection;
    }

    Properties properties(Duration silence) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password.revealText());
        properties.setProperty("ApplicationName", "doubleword");
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", Long.toString(silence.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    private static String decode(String text) {
        // A plus stands for itself here, unlike in a form.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static StartRefusedException malformed(String setting) {
        return new StartRefusedException(
                setting + " is not a PostgreSQL address.",
                "Write it as postgres://user:password@host:5432/database; percent-encode special characters.");
    }
}
