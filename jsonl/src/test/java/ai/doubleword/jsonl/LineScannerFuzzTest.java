package ai.doubleword.jsonl;

import static ai.doubleword.jsonl.Checked.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever the bytes are: no failure, and what is called right is right by other means too. Seeded, so that what fails
/// fails again.
@Tag("S-22")
class LineScannerFuzzTest {
    private static final int FILES = 20_000;
    private static final List<String> SEEDS = List.of(
            chat("a", "hi"),
            chat("ä-1", "€ 😀 \\u20ac \\\"quoted\\\""),
            "{\"custom_id\":\"e\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"embed\",\"input\":[1,2]}}",
            "{\"body\":{\"prompt\":\"x\",\"max_tokens\":5,\"n\":2,\"model\":\"a/b:c@d\"},\"url\":\"/v1/completions\","
                    + "\"method\":\"POST\",\"custom_id\":\"c\",\"x\":{\"y\":[null,true,1e9]}}");
    private static final byte[] SPICE = "{}[]\",:\\\n\r\t \0\u0080\u00c3\u00e2\u00f0\u00ff0e-ntf"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private final Random random = new Random(20_261_125);

    @Test
    void mutatedFilesAreCheckedTheSameInPiecesAndNeverFail() throws IOException {
        int right = 0;
        for (int i = 0; i < FILES; i++) {
            byte[] file = mutated();
            Checked whole = Checked.bytes(Checked.RULES, file, Integer.MAX_VALUE);
            Checked pieces = Checked.bytes(Checked.RULES, file, 1 + random.nextInt(40));
            assertThat(pieces).as("file %d", i).isEqualTo(whole);
            if (whole.report().isRight()) {
                right++;
            }
            for (LineEntry entry : whole.entries()) {
                assertThatEntryIsTrue(file, entry);
            }
        }
        assertThat(right).isBetween(FILES / 20, FILES * 19 / 20);
    }

    /// The entry points at one JSON object, whose body is an object with one `model`, the entry's.
    private static void assertThatEntryIsTrue(byte[] file, LineEntry entry) throws IOException {
        byte[] body = Arrays.copyOfRange(
                file,
                (int) entry.offset() + entry.bodyOffset(),
                (int) entry.offset() + entry.bodyOffset() + entry.bodyLength());
        Set<String> names = new HashSet<>();
        try (JsonParser parser = new JsonFactory().createParser(new String(body, UTF_8))) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("model")) {
                    assertThat(names.add(name)).isTrue();
                    assertThat(parser.getText()).isEqualTo(entry.model());
                }
                parser.skipChildren();
            }
            assertThat(parser.nextToken()).isNull();
        }
        assertThat(names).contains("model");
    }

    private byte[] mutated() {
        StringBuilder text = new StringBuilder();
        int lines = 1 + random.nextInt(4);
        for (int i = 0; i < lines; i++) {
            text.append(SEEDS.get(random.nextInt(SEEDS.size()))).append(random.nextInt(5) == 0 ? "\r\n" : "\n");
        }
        byte[] file = text.toString().getBytes(UTF_8);
        int mutations = random.nextInt(4);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(file.length);
            switch (random.nextInt(4)) {
                case 0 -> file[at] = SPICE[random.nextInt(SPICE.length)];
                case 1 -> file = Arrays.copyOf(file, 1 + at);
                case 2 -> file[at] = (byte) random.nextInt(256);
                default -> file[at] = file[random.nextInt(file.length)];
            }
        }
        return file;
    }
}
