package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LineBitsTest {
    @Test
    void aSetOfLinesBehavesAsASet() {
        Property.holds(2_000, random -> {
            int lines = random.nextInt(1, 1_001);
            Set<Integer> one = some(random, lines);
            Set<Integer> other = some(random, lines);
            LineBits first = bits(lines, one);
            LineBits second = bits(lines, other);

            Set<Integer> both = new TreeSet<>(one);
            both.addAll(other);
            Set<Integer> rest = new TreeSet<>(one);
            rest.removeAll(other);
            assertThat(first.or(second)).isEqualTo(bits(lines, both));
            assertThat(first.without(second)).isEqualTo(bits(lines, rest));
            assertThat(first.meets(second)).isEqualTo(rest.size() < one.size());
            assertThat(first.contains(second)).isEqualTo(one.containsAll(other));
            assertThat(first.count()).isEqualTo(one.size());
            assertThat(LineBits.all(lines).count()).isEqualTo(lines);
            assertThat(LineBits.all(lines).without(first).or(first)).isEqualTo(LineBits.all(lines));
        });
    }

    @Test
    void itsBytesCannotBeChangedFromOutside() {
        byte[] bytes = {1};
        LineBits bits = new LineBits(bytes);
        bytes[0] = 3;
        bits.bytes()[0] = 7;
        assertThat(bits.has(0)).isTrue();
        assertThat(bits.has(1)).isFalse();
    }

    private static Set<Integer> some(SplittableRandom random, int lines) {
        Set<Integer> places = new TreeSet<>();
        int count = random.nextInt(lines + 1);
        for (int i = 0; i < count; i++) {
            places.add(random.nextInt(lines));
        }
        return places;
    }

    private static LineBits bits(int lines, Set<Integer> places) {
        return LineBits.of(lines, places.stream().mapToInt(Integer::intValue).toArray());
    }
}
