package ai.doubleword.providers;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;

/// Providers for tests that need no encryption at rest.
public final class TestProviders {
    private TestProviders() {}

    public static Providers create(Vertx vertx, Ids ids, Clock clock) {
        ProviderVault vault = new ProviderVault(new ProviderVault.Sealing() {
            @Override
            public byte[] seal(Secret secret, String table, long row, String column) {
                return secret.reveal();
            }

            @Override
            public Secret open(byte[] sealed, String table, long row, String column) {
                return Secret.of(sealed);
            }
        });
        Egress egress = Egress.on(vertx);
        TargetStates states = new TargetStates(clock, new TargetMetrics(new SimpleMeterRegistry()));
        Discovery discovery = new Discovery(egress);
        HealthChecks health = new HealthChecks(
                row -> discovery.check(vault.connection(row), row.provider().healthPath()),
                states,
                clock,
                new SplittableRandom(1),
                Thread::startVirtualThread,
                Duration.ofSeconds(30));
        return new Providers(
                ids,
                vault,
                new Upstreams(egress, vertx, vault, ProviderBeans.inProcess(vertx)),
                states,
                discovery,
                health);
    }
}
