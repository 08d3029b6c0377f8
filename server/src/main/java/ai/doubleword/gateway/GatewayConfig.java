package ai.doubleword.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What the data plane takes.
@ConfigMapping(prefix = "doubleword.gateway")
public interface GatewayConfig {
    /// The largest body of an inference request, in bytes, after decompression; default 32 MiB.
    @WithDefault("33554432")
    int maxBody();

    /// How long the body of an inference request may take from its first to its last byte; default 5 minutes, in which
    /// 32 MiB arrive at 1 Mbit/s.
    @WithDefault("5m")
    Duration bodyTimeout();

    /// What buffered bodies of requests and answers may take together, as a share of the heap; default a quarter.
    @WithDefault("0.25")
    double bodyShareOfHeap();
}
