package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Bodies that drip, against a server that waits a second for them.
@QuarkusTest
@TestProfile(SlowBodyTest.Impatient.class)
class SlowBodyTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    DataPlaneFixture fixture;

    @Inject
    BodyBudget budget;

    /// Waits a second for a body.
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("doubleword.gateway.body-timeout", "1s");
        }
    }

    @Test
    @Tag("S-05")
    void aBodyThatDripsEndsItsConnectionAndHoldsNothing() throws Exception {
        long whole = budget.left();
        try (Wire wire = new Wire(server)) {
            wire.send(Wire.head("POST", "/v1/chat/completions", fixture.key(), 100) + "{\"model\":");
            Wire.Answer answer = wire.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.code()).isEqualTo("request_timeout");
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(budget.left()).isEqualTo(whole);
            assertThat(endOf(wire)).isEqualTo(-1);
        }
    }

    private static int endOf(Wire wire) {
        try {
            return wire.socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }
}
