package ai.doubleword.batch.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MultipartFormTest {
    private static final byte[] BOUNDARY = FileClient.BOUNDARY.getBytes(UTF_8);

    /// Seeded, so that what fails fails again.
    @Test
    @Tag("S-22")
    void anyBytesAreAFormOrAProblemAndNothingElse() throws IOException {
        Random random = new Random(5);
        String content = "line one\r\n--no boundary\nline two\r";
        byte[] right = FileClient.form(
                FileClient.field("purpose", "batch"), FileClient.file(content), FileClient.field("x", "y"));
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] form = right.clone();
            int changes = random.nextInt(3);
            for (int k = 0; k < changes; k++) {
                form[random.nextInt(form.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                form = Arrays.copyOf(form, random.nextInt(form.length));
            }
            MultipartForm parsed = new MultipartForm("file");
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            try {
                parsed.read(new ByteArrayInputStream(form), BOUNDARY, file);
                read++;
                if (changes == 0 && form.length == right.length) {
                    assertThat(file.toString(UTF_8)).isEqualTo(content);
                    assertThat(parsed.fields()).containsEntry("purpose", "batch");
                }
            } catch (ProblemException refused) {
                assertThat(refused.problem().code().status()).isEqualTo(400);
            }
        }
        assertThat(read).isBetween(10_000, 49_000);
    }
}
