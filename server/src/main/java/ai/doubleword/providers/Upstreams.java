package ai.doubleword.providers;

import ai.doubleword.platform.Egress;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The upstream object of each provider: the same one as long as what it is made of stays the same. Thread-safe.
final class Upstreams {
    private final Egress egress;
    private final HttpUpstream.Loops loops;
    private final ProviderVault vault;
    private final Probe probe;
    private final Map<ProviderKind, Upstream> inProcess;
    private final ConcurrentHashMap<Long, Made> made = new ConcurrentHashMap<>();

    private record Made(ProviderStore.Row from, Upstream upstream) {}

    /// @param inProcess the upstreams that need no connection, by kind
    Upstreams(Egress egress, Vertx vertx, ProviderVault vault, Map<ProviderKind, Upstream> inProcess) {
        this.egress = egress;
        this.loops = new HttpUpstream.Loops(vertx);
        this.vault = vault;
        this.probe = new Probe(vertx);
        this.inProcess = Map.copyOf(inProcess);
    }

    Upstream of(ProviderStore.Row row) {
        return made.compute(
                        row.provider().id(),
                        (id, known) -> known != null && known.from().equals(row) ? known : new Made(row, make(row)))
                .upstream();
    }

    /// Calls a provider once and says how it went, without the secrets that some servers repeat. Blocks.
    Providers.TestResult call(ProviderStore.Row row, String path, String body) throws InterruptedException {
        Upstream upstream = of(row);
        Providers.TestResult result = probe.call(upstream, path, body);
        return new Providers.TestResult(
                result.ok(),
                result.status(),
                result.firstByteMs(),
                result.totalMs(),
                upstream.withoutSecrets(result.message()));
    }

    private Upstream make(ProviderStore.Row row) {
        Upstream local = inProcess.get(row.provider().kind());
        Upstream upstream = local != null ? local : new HttpUpstream(egress, loops, vault.connection(row));
        return row.provider().quirks().responses() == ResponsesSupport.ONLY
                ? new ResponsesOnlyUpstream(upstream, loops.vertx())
                : upstream;
    }
}
