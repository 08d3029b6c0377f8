package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
    private final int[] prompt = IntStream.range(0, 100).toArray();
    private long now = 5;
    private final PrefixCache cache = new PrefixCache(1_000, () -> now);

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

    @Test
    void whatWasNotAskedForForLongestGoesFirst() {
        PrefixCache small = new PrefixCache(200, () -> now);
        int[] other = IntStream.range(1_000, 1_100).toArray();
        small.cached("m", prompt, 0);
        small.cached("m", other, 0);
        assertThat(small.cached("m", prompt, 0)).as("both fit").isEqualTo(96);
        small.cached("m", IntStream.range(2_000, 2_100).toArray(), 0);
        assertThat(small.cached("m", prompt, 0)).isEqualTo(96);
        assertThat(small.cached("m", other, 0)).isZero();
    }
}
