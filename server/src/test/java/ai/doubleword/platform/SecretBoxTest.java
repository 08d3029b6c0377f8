package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-08")
final class SecretBoxTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretBox box = new SecretBox(masterKey(), RANDOM);
    private final byte[] sealed = box.seal(Secret.of("sk-canary"), "provider", 7, "secret");

    @Test
    void whatIsSealedOpensAgainInItsPlace() {
        assertThat(box.open(sealed, "provider", 7, "secret").revealText()).isEqualTo("sk-canary");
    }

    @Test
    void theSecretDoesNotStandInWhatIsStored() {
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("canary");
    }

    @Test
    void theSameSecretSealedTwiceDiffers() {
        assertThat(box.seal(Secret.of("sk-canary"), "provider", 7, "secret")).isNotEqualTo(sealed);
    }

    @Test
    void aCopyInAnotherTableRowOrColumnDoesNotOpen() {
        assertThatThrownBy(() -> box.open(sealed, "webhook", 7, "secret")).isInstanceOf(SealBrokenException.class);
        assertThatThrownBy(() -> box.open(sealed, "provider", 8, "secret")).isInstanceOf(SealBrokenException.class);
        assertThatThrownBy(() -> box.open(sealed, "provider", 7, "token")).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void anotherMasterKeyIsToldFromAChangedValue() {
        SecretBox other = new SecretBox(masterKey(), RANDOM);
        assertThatThrownBy(() -> other.open(sealed, "provider", 7, "secret"))
                .hasMessageContaining("another master key");
    }

    @Test
    void noChangedOrCutByteGoesUnseen() {
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> box.open(changed, "provider", 7, "secret"))
                    .isInstanceOf(SealBrokenException.class);
            byte[] cut = java.util.Arrays.copyOf(sealed, i);
            assertThatThrownBy(() -> box.open(cut, "provider", 7, "secret")).isInstanceOf(SealBrokenException.class);
        }
    }

    private static MasterKey masterKey() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return MasterKey.of(bytes);
    }
}
