package ai.doubleword.providers;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Secret;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Map;

/// Upstreams over HTTP for tests of what stands in front of them.
public final class TestUpstreams {
    private TestUpstreams() {}

    /// An upstream that is asked in Responses alone.
    public static Upstream responsesOnly(Vertx vertx, Upstream behind) {
        return new ResponsesOnlyUpstream(behind, vertx);
    }

    /// @param baseUrl such as `http://127.0.0.1:8000/v1`
    /// @param firstByteMillis how long to wait for the head
    public static Upstream http(Vertx vertx, String baseUrl, int firstByteMillis) {
        Provider.Timeouts usual = Provider.Timeouts.DEFAULT;
        return new HttpUpstream(
                Egress.on(vertx),
                new HttpUpstream.Loops(vertx),
                new ProviderConnection(
                        URI.create(baseUrl),
                        Secret.of("sk-upstream-canary"),
                        Map.of(),
                        new Provider.Timeouts(usual.connectMs(), firstByteMillis, usual.idleMs(), usual.totalMs())));
    }
}
