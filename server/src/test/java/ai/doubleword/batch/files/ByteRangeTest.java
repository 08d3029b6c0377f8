package ai.doubleword.batch.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=2-5, 2, 4",
        "bytes=7-, 7, 3",
        "bytes=7-99, 7, 3",
        "bytes=-4, 6, 4",
        "bytes=-99, 0, 10"
    })
    void aRangeIsCutToWhatIsThere(String header, long from, long length) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new ByteRange.Part(from, length));
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-", "bytes=99-100", "bytes=-0"})
    void aRangeBehindTheEndIsNotThere(String header) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new ByteRange.Unsatisfiable());
    }

    @ParameterizedTest
    @CsvSource({"''", "bytes=", "bytes=-", "'bytes=0-1,3-4'", "lines=0-1", "bytes=5-2", "bytes=a-b"})
    void whatIsNoSingleRangeGetsTheWhole(String header) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new ByteRange.Whole());
    }

    @Test
    @Tag("S-22")
    void anyHeaderGetsARunThatIsThere() {
        Random random = new Random(22);
        String alphabet = "bytes=0123456789-, \u0000";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder header = new StringBuilder(random.nextBoolean() ? "bytes=" : "");
            int length = random.nextInt(30);
            for (int k = 0; k < length; k++) {
                header.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            long size = random.nextLong(1_000);
            if (ByteRange.of(header.toString(), size) instanceof ByteRange.Part(long from, long run)) {
                assertThat(run).isPositive();
                assertThat(from).isNotNegative();
                assertThat(from + run).isLessThanOrEqualTo(size);
            }
        }
    }
}
