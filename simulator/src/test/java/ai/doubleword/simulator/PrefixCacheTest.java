package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
    private final int[] prompt = IntStream.range(0, 100).toArray();
    private long now = 5;
    private final PrefixCache cache = new PrefixCache(() -> now);

    @Test
    void aPromptIsKnownFromWhenItHasBeenReadAndNotBefore() {
        assertThat(cache.cached("m", prompt, 1_000)).isZero();
        now += 999;
        assertThat(cache.cached("m", prompt, 1_000)).as("both read it at once").isZero();
        now += 1;
        assertThat(cache.cached("m", prompt, 1_000)).isEqualTo(96);
    }

    @Test
    void whoeverReadsFasterIsWhoMakesItKnown() {
        cache.cached("m", prompt, 1_000);
        cache.cached("m", prompt, 10);
        now += 10;
        assertThat(cache.cached("m", prompt, 1_000)).isEqualTo(96);
        assertThat(cache.cached("another", prompt, 1_000)).isZero();
    }
}
