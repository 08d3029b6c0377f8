package ai.doubleword.providers;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.SplittableRandom;

/// Puts the package together.
@Singleton
final class ProviderBeans {
    @Produces
    @Singleton
    TargetStates states(Clock clock, MeterRegistry registry) {
        return new TargetStates(clock, new TargetMetrics(registry));
    }

    @Produces
    @Singleton
    ProviderVault vault(SecretBox box) {
        return new ProviderVault(new ProviderVault.Sealing() {
            @Override
            public byte[] seal(Secret secret, String table, long row, String column) {
                return box.seal(secret, table, row, column);
            }

            @Override
            public Secret open(byte[] sealed, String table, long row, String column) {
                return box.open(sealed, table, row, column);
            }
        });
    }

    @Produces
    @Singleton
    HealthChecks health(
            Egress egress,
            ProviderVault vault,
            TargetStates states,
            Clock clock,
            SecureRandom seeds,
            HealthConfig config) {
        Discovery discovery = new Discovery(egress);
        return new HealthChecks(
                row -> discovery.check(vault.connection(row), row.provider().healthPath()),
                states,
                clock,
                new SplittableRandom(seeds.nextLong()),
                Thread::startVirtualThread,
                config.interval());
    }

    @Produces
    @Singleton
    Providers providers(
            Ids ids, ProviderVault vault, Egress egress, Vertx vertx, TargetStates states, HealthChecks health) {
        return new Providers(
                ids,
                vault,
                new Upstreams(egress, vertx, vault, inProcess(vertx)),
                states,
                new Discovery(egress),
                health);
    }

    static Map<ProviderKind, Upstream> inProcess(Vertx vertx) {
        return Map.of(
                ProviderKind.SIMULATOR, new SimulatorUpstream(vertx),
                ProviderKind.LOCAL_EMBEDDING, new LocalEmbeddingUpstream(vertx));
    }
}
