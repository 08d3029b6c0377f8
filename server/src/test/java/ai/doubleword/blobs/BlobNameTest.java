package ai.doubleword.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobNameTest {
    @Test
    void aNameIsReadAsItIsWritten() {
        BlobName name = BlobName.of("input", 255);
        assertThat(name).hasToString("input/00000000000000ff");
        assertThat(BlobName.parse(name.toString())).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "input", "input/", "/x", "input/../x", "input/a/b", "Input/a", "input/A", "input/.."})
    void whatCouldLeadElsewhereIsNoName(String text) {
        assertThatThrownBy(() -> BlobName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
