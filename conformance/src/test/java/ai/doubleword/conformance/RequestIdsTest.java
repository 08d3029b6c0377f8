package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
    @Test
    void theRawAnswerShowsRequestIdAndRateLimits() {
        String key = World.newKey(Map.of("limits", Map.of("requests_per_minute", 600, "tokens_per_minute", 1_000_000)));
        try (var raw = World.counted(key, 0)
                .client()
                .chat()
                .completions()
                .withRawResponse()
                .create(World.question("hi").maxCompletionTokens(2).build())) {
            assertThat(raw.statusCode()).isEqualTo(200);
            assertThat(raw.requestId().orElseThrow()).startsWith("req_");
            for (String kind : new String[] {"requests", "tokens"}) {
                assertThat(raw.headers().values("x-ratelimit-limit-" + kind)).hasSize(1);
                assertThat(raw.headers().values("x-ratelimit-remaining-" + kind))
                        .hasSize(1);
                assertThat(raw.headers().values("x-ratelimit-reset-" + kind)).hasSize(1);
            }
        }
    }
}
