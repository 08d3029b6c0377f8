package ai.doubleword.models;

import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.ChangeFeed;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Shutdown;
import ai.doubleword.providers.Providers;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/// Puts the package together, and fills the routing table before the first request comes.
@Singleton
final class ModelBeans {
    /// How late a change is seen on a node whose NOTIFY was lost.
    private static final Duration INTERVAL = Duration.ofMillis(500);

    @Produces
    @Singleton
    Models models(Providers providers, Tariffs tariffs, Ids ids, AuditTrail audit) {
        return new Models(providers, tariffs, ids, audit);
    }

    @Produces
    @Singleton
    Catalogue catalogue(
            Database database, Providers providers, Models models, Tariffs tariffs, Clock clock, AuditTrail audit) {
        return new Catalogue(database, providers, models, tariffs, clock, audit);
    }

    @Produces
    @Singleton
    RoutingFeed feed(
            Database database,
            Providers providers,
            Tariffs tariffs,
            RoutingTable table,
            Clock clock,
            Shutdown shutdown) {
        RoutingLoader loader = new RoutingLoader(providers, tariffs, table, clock);
        ChangeFeed changes =
                new ChangeFeed("routing", "routing", INTERVAL, database::dedicatedConnection, loader, System::nanoTime);
        shutdown.register(Shutdown.Stage.WORK, "routing feed", changes::close);
        return new RoutingFeed(changes);
    }

    void start(
            @Observes @Priority(200) StartupEvent event,
            Database database,
            Providers providers,
            Models models,
            Catalogue catalogue,
            Discoveries discoveries,
            RoutingFeed feed)
            throws SQLException {
        database.engine().useTransaction(handle -> new FirstModels(providers, models).add(handle));
        new ConfiguredCatalogue(catalogue, discoveries).apply();
        feed.changes().start();
    }

    @Produces
    @Singleton
    Discoveries discoveries(Database database, Providers providers, Models models) {
        return new Discoveries(database, providers, models);
    }
}
