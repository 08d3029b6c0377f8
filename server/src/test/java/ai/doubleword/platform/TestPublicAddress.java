package ai.doubleword.platform;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/// How the world reaches a server that runs without the frame.
public final class TestPublicAddress {
    private TestPublicAddress() {}

    public static PublicAddress of(String url) {
        return new PublicAddress(new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(ServerConfig.class)
                .withDefaultValues(Map.of("doubleword.server.public-url", url))
                .build()
                .getConfigMapping(ServerConfig.class));
    }
}
