package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /// The last six of the eight digits of RFC 6238, appendix B.
    @ParameterizedTest
    @CsvSource({
        "59,287082",
        "1111111109,081804",
        "1111111111,050471",
        "1234567890,005924",
        "2000000000,279037",
        "20000000000,353130"
    })
    void codesAreThoseOfTheStandard(long second, String code) {
        assertThat(Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(second)))).isEqualTo(code);
    }

    @Test
    void theCodesBeforeAndAfterCountAndNoOthers() {
        Instant now = Instant.ofEpochSecond(1_000_000);
        long step = Totp.step(now);
        for (long offset = -3; offset <= 3; offset++) {
            assertThat(Totp.match(SECRET, Totp.code(SECRET, step + offset), now, 0)
                            .isPresent())
                    .as("offset " + offset)
                    .isEqualTo(Math.abs(offset) <= 1);
        }
    }

    @Test
    @Tag("S-15")
    void aCodeThatWasUsedAndThoseBeforeAreRefused() {
        Instant now = Instant.ofEpochSecond(1_000_000);
        long step = Totp.step(now);
        assertThat(Totp.match(SECRET, Totp.code(SECRET, step), now, step)).isEmpty();
        assertThat(Totp.match(SECRET, Totp.code(SECRET, step - 1), now, step)).isEmpty();
        assertThat(Totp.match(SECRET, Totp.code(SECRET, step + 1), now, step)).hasValue(step + 1);
    }

    @ParameterizedTest
    @CsvSource({"f,MY", "fo,MZXQ", "foo,MZXW6", "foob,MZXW6YQ", "fooba,MZXW6YTB", "foobar,MZXW6YTBOI"})
    void secretsAreWrittenAsTheStandardSays(String bytes, String text) {
        assertThat(Totp.base32(bytes.getBytes(StandardCharsets.US_ASCII))).isEqualTo(text);
    }

    @Test
    void recoveryCodesDifferAndAreReadHoweverTheyAreTyped() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            all.addAll(RecoveryCodes.make(new SecureRandom()));
        }
        assertThat(all).hasSize(100 * RecoveryCodes.COUNT);
        List<String> typed = List.of("abcd-efgh-jkmn-pqrs", "ABCD EFGH JKMN PQRS", " abcdefghjkmnpqrs ");
        assertThat(typed.stream().map(RecoveryCodes::hash).map(java.util.HexFormat.of()::formatHex))
                .containsOnly(java.util.HexFormat.of().formatHex(RecoveryCodes.hash("abcdefghjkmnpqrs")));
    }
}
