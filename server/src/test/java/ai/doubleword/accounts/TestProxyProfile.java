package ai.doubleword.accounts;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// Makes the server believe the header `X-Forwarded-Email` of connections that come from 127.0.0.2.
public final class TestProxyProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "doubleword.server.trusted-proxies", "127.0.0.2",
                "doubleword.proxy-sign-on.header", "X-Forwarded-Email");
    }
}
