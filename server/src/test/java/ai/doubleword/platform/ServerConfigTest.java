package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerConfig.ForwardedHeader;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    @Test
    void withoutAnyConfigurationTheServerIsReachableFromThisMachineOnly() {
        ServerConfig config = config(Map.of());

        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.publicUrl()).isEmpty();
        assertThat(config.apiUrl()).isEmpty();
        assertThat(config.tls().certificate()).isEmpty();
        assertThat(config.tls().key()).isEmpty();
        assertThat(config.trustedProxies()).isEmpty();
        assertThat(config.forwardedHeader()).isEqualTo(ForwardedHeader.X_FORWARDED_FOR);
        assertThat(config.cors().origins()).isEmpty();
        assertThat(config.allowHttp()).isFalse();
    }

    @Test
    void everySettingHasItsName() {
        ServerConfig config = config(Map.of(
                "doubleword.server.bind", "::1",
                "doubleword.server.port", "9000",
                "doubleword.server.trusted-proxies", "10.0.0.0/8,192.0.2.1",
                "doubleword.server.forwarded-header", "forwarded",
                "doubleword.server.cors.origins[0]", "https://app.example.com",
                "doubleword.server.allow-http", "true"));

        assertThat(config.bind()).isEqualTo("::1");
        assertThat(config.port()).isEqualTo(9000);
        assertThat(config.trustedProxies()).contains(List.of("10.0.0.0/8", "192.0.2.1"));
        assertThat(config.forwardedHeader()).isEqualTo(ForwardedHeader.FORWARDED);
        assertThat(config.cors().origins()).contains(List.of("https://app.example.com"));
        assertThat(config.allowHttp()).isTrue();
    }

    @Test
    void addressesFollowFromThePublicOne() {
        assertThat(new PublicAddress(config(Map.of("doubleword.server.port", "9000"))).apiUrl())
                .isEqualTo(URI.create("http://localhost:9000/v1"));
        assertThat(new PublicAddress(config(Map.of("doubleword.server.public-url", "https://ai.example.com/")))
                        .apiUrl())
                .isEqualTo(URI.create("https://ai.example.com/v1"));
    }

    private static ServerConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(values, "test"))
                .withMapping(ServerConfig.class)
                .build()
                .getConfigMapping(ServerConfig.class);
    }
}
