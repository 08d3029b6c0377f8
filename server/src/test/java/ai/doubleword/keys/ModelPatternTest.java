package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPatternTest {
    @ParameterizedTest
    @CsvSource({
        "demo/chat, demo/chat, true",
        "demo/chat, demo/chat2, false",
        "demo/*, demo/chat, true",
        "demo/*, demo/, true",
        "*, anything at all, true",
        "*-mini, gpt-4o-mini, true",
        "*-mini, gpt-4o-mini-2, false",
        "a*b*c, aXbXbXc, true",
        "a*b*c, aXcXb, false",
        "demo.chat, demo-chat, false",
        "Demo, demo, false",
    })
    void starStandsForAnyRun(String pattern, String name, boolean matches) {
        assertThat(ModelPattern.matches(pattern, name)).isEqualTo(matches);
    }

    @Test
    void agreesWithARegularExpression() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String pattern = text(random, "ab*", 6);
            String name = text(random, "ab", 8);

            assertThat(ModelPattern.matches(pattern, name))
                    .as("seed %d: %s, %s", seed, pattern, name)
                    .isEqualTo(Pattern.matches(pattern.replace("*", ".*"), name));
        }
    }

    @Test
    @Tag("S-17")
    void evilPatternTakesNoLongerThanItsSizeAllows() {
        String pattern = "*a".repeat(ModelPattern.LONGEST / 2) + "b";

        assertThat(ModelPattern.matches(pattern, "a".repeat(500))).isFalse();
        assertThat(ModelPattern.matches("*" + "a".repeat(127) + "b", "a".repeat(500)))
                .isFalse();
        // A backtracking engine would take some 2^100 steps for the first; here both are over before a test could end.
    }

    private static String text(Random random, String alphabet, int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
