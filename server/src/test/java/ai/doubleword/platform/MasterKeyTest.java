package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class MasterKeyTest {
    private static final byte[] BYTES = HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));

    @Test
    void purposesGiveDifferentKeysThatNeverChange() {
        MasterKey key = MasterKey.of(BYTES);
        assertThat(key.derive("pepper"))
                .hasSize(32)
                .isEqualTo(MasterKey.of(BYTES).derive("pepper"))
                .isNotEqualTo(key.derive("secrets"));
        // Written down: another value here would lock every installation out of its keys and secrets.
        assertThat(HexFormat.of().formatHex(key.derive("pepper")))
                .isEqualTo("2af1697ed2533852e9d538e9d73076b52fb86c44df468adacb658475fc40a6ab");
    }

    @Test
    void isReadAsBase64OrHexadecimal() {
        byte[] expected = MasterKey.of(BYTES).derive("x");
        assertThat(MasterKey.parse("KEY", Base64.getEncoder().encodeToString(BYTES) + "\n")
                        .derive("x"))
                .isEqualTo(expected);
        assertThat(MasterKey.parse("KEY", HexFormat.of().formatHex(BYTES)).derive("x"))
                .isEqualTo(expected);
    }

    @Test
    void aWrongKeyIsRefusedWithARemedyAndWithoutBeingRepeated() {
        assertThatThrownBy(() -> MasterKey.parse("DOUBLEWORD_MASTER_KEY", "hunter2hunter2"))
                .isInstanceOfSatisfying(
                        StartRefusedException.class,
                        refusal -> assertThat(refusal.remedy()).contains("openssl rand"))
                .hasMessageContaining("DOUBLEWORD_MASTER_KEY")
                .hasMessageNotContaining("hunter2");
    }
}
