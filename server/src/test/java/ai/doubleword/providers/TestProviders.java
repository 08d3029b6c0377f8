package ai.doubleword.providers;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Secret;
import io.vertx.core.Vertx;
import java.time.Clock;

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
        return new Providers(
                ids,
                vault,
                new Upstreams(egress, vertx, vault, ProviderBeans.inProcess(vertx)),
                new TargetStates(clock),
                new Discovery(egress),
                new Probe(vertx));
    }
}
