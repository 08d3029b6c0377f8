package ai.doubleword.platform;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/// The pools of connections. They recover by themselves: a connection that waited is tested before it is lent, a
/// broken one is dropped, and a silent PostgreSQL costs a caller at most the statement's time and a second.
public final class DatabasePools implements AutoCloseable {
    private final AgroalDataSource engine;
    private final AgroalDataSource app;
    private final Database database;

    DatabasePools(DatabaseLogins logins, int size, Duration timeout) throws SQLException {
        this.engine = pool(logins.engine(), size, timeout);
        this.app = pool(logins.app(), size, timeout);
        this.database = new Database(engine, app, logins.dedicated());
    }

    public Database database() {
        return database;
    }

    /// Drops all connections that are broken now, after PostgreSQL was restarted.
    void flush() {
        engine.flush(AgroalDataSource.FlushMode.INVALID);
        app.flush(AgroalDataSource.FlushMode.INVALID);
    }

    @Override
    public void close() {
        app.close();
        engine.close();
    }

    private static AgroalDataSource pool(DatabaseLogin login, int size, Duration timeout) throws SQLException {
        Properties properties = login.properties(timeout.plusSeconds(1));
        properties.setProperty("options", "-c statement_timeout=" + timeout.toMillis());
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.initialSize(0)
                        .minSize(0)
                        .maxSize(size)
                        .acquisitionTimeout(timeout)
                        .idleValidationTimeout(Duration.ofMillis(500))
                        .reapTimeout(Duration.ofMinutes(5))
                        .connectionValidator(io.agroal.api.configuration.AgroalConnectionPoolConfiguration
                                .ConnectionValidator.defaultValidatorWithTimeout(2))
                        .exceptionSorter(new PostgreSQLExceptionSorter())
                        .connectionFactoryConfiguration(factory -> {
                            factory.jdbcUrl(login.jdbcUrl())
                                    .connectionProviderClassName("org.postgresql.Driver")
                                    .jdbcTransactionIsolation(TransactionIsolation.READ_COMMITTED)
                                    .principal(new NamePrincipal(login.user()))
                                    .credential(
                                            new SimplePassword(login.password().revealText()));
                            properties.stringPropertyNames().stream()
                                    .filter(name -> !name.equals("user") && !name.equals("password"))
                                    .forEach(name -> factory.jdbcProperty(name, properties.getProperty(name)));
                            return factory;
                        })));
    }
}
