package ai.doubleword.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimateTest {
    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The quick brown fox jumps over the lazy dog. Internationalization is a considerable undertaking, but"
                        + " most of what people write every day is made of short and ordinary words.",
                "{\"model\":\"llama-3.1-8b\",\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful"
                        + " assistant.\"},{\"role\":\"user\",\"content\":\"What is the capital of France?\"}],"
                        + "\"temperature\":0.7,\"max_tokens\":256}",
                """
                public static long ofText(byte[] utf8, int from, int to) {
                    int length = to - from;
                    return Math.max(1, length / 4);
                }
                """,
                "Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung aller"
                        + " staatlichen Gewalt.",
                "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.",
                "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
            })
    void comesWithinAThirdOfWhatRealTokenizersCount(String text) {
        long estimate = estimate(text);
        double low = Math.min(count(text, EncodingType.CL100K_BASE), count(text, EncodingType.O200K_BASE));
        double high = Math.max(count(text, EncodingType.CL100K_BASE), count(text, EncodingType.O200K_BASE));
        assertThat((double) estimate).as(text).isBetween(low * 0.67, high * 1.5);
    }

    @Test
    void aPictureInTheBodyCountsAsOnePictureNotAsItsBytes() {
        byte[] picture = new byte[300_000];
        new Random(1).nextBytes(picture);
        String body = "{\"url\":\"data:image/png;base64," + Base64.getEncoder().encodeToString(picture) + "\"}";
        assertThat(estimate(body)).isBetween(1_024L, 1_100L);
    }

    /// Base64 of JPEG begins with a slash.
    @Test
    void aPictureThatBeginsWithAMarkCountsAsOnePictureToo() {
        byte[] picture = new byte[300_000];
        new Random(1).nextBytes(picture);
        String body =
                "{\"url\":\"data:image/jpeg;base64,/" + Base64.getEncoder().encodeToString(picture) + "\"}";
        assertThat(estimate(body)).isBetween(1_024L, 1_100L);
    }

    @Test
    void aLongTextIsScaledUpFromItsBeginning() {
        String sentence = "All happy families are alike, each unhappy one is unhappy in its own way. ";
        long one = estimate(sentence.repeat(100));
        assertThat((double) estimate(sentence.repeat(100_000))).isBetween(one * 990.0, one * 1010.0);
    }

    @Test
    void nothingCountsAsZero() {
        assertThat(estimate("")).isEqualTo(1);
        assertThat(TokenEstimate.ofBytes(0)).isEqualTo(1);
        assertThat(TokenEstimate.ofBytes(9)).isEqualTo(3);
    }

    private static long estimate(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        return TokenEstimate.ofText(utf8, 0, utf8.length);
    }

    private static int count(String text, EncodingType encoding) {
        return ENCODINGS.getEncoding(encoding).countTokens(text);
    }
}
