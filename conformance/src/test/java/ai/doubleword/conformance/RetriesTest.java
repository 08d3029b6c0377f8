package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.InternalServerException;
import com.openai.errors.RateLimitException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private static final int PER_MINUTE = 20;

    private static void ask(World.Counted counted) {
        ask(counted, World.CHAT);
    }

    private static void ask(World.Counted counted, String model) {
        var question = World.question("hi").model(model).maxCompletionTokens(2).build();
        assertThat(counted.client().chat().completions().create(question).choices())
                .isNotEmpty();
    }

    @Test
    void retryAfterIsHonouredAndTheCallThenSucceeds() {
        String key = World.newKey(Map.of("limits", Map.of("requests_per_minute", PER_MINUTE)));
        RateLimitException refusal = exhaust(World.counted(key, 0));
        assertThat(refusal.code()).contains("rate_limit_requests");
        long wait = Long.parseLong(refusal.headers().values("retry-after").getFirst());
        assertThat(wait).isBetween(1L, 60L);

        World.Counted counted = World.counted(key, 2);
        long began = System.nanoTime();
        ask(counted);
        assertThat(counted.statuses()).startsWith(429).endsWith(200);
        assertThat((System.nanoTime() - began) / 1e9).isGreaterThanOrEqualTo(wait - 1.0);
    }

    private static RateLimitException exhaust(World.Counted counted) {
        for (int i = 0; i < 50; i++) {
            try {
                ask(counted);
            } catch (RateLimitException refusal) {
                return refusal;
            }
        }
        throw new AssertionError("50 calls in a row met no limit of " + PER_MINUTE + " requests a minute");
    }

    @Test
    void aFailingUpstreamIsTriedAgain() {
        World.Counted counted = World.counted(World.API_KEY, 2);
        Simulator.script("sim-fragile", "500");
        ask(counted, World.FRAGILE);
        assertThat(counted.statuses()).containsExactly(502, 200);
    }

    @Test
    void anUpstreamThatKeepsFailingIsAnInternalServerException() {
        World.Counted counted = World.counted(World.API_KEY, 2);
        assertThatThrownBy(() -> ask(counted, World.BROKEN)).isInstanceOf(InternalServerException.class);
        assertThat(counted.statuses()).hasSize(3);
    }
}
