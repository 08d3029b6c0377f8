package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.platform.Tier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackFileTest {
    private static final List<String> ENDPOINTS = List.of("chat/completions", "completions", "embeddings");

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadAgain() throws Exception {
        BlobStore blobs = TestBlobs.in(folder);
        Endpoints endpoints = new Endpoints(List.of());
        long[] pack = {0};
        Property.holds(100, random -> {
            List<PackFile.Line> lines = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                lines.add(new PackFile.Line(line(random), random.nextInt(1 << 20)));
            }
            PackFile.write(blobs, ++pack[0], lines);
            PackFile read = PackFile.open(blobs, pack[0], endpoints);
            assertThat(read.count()).isEqualTo(lines.size());
            for (int place = 0; place < lines.size(); place++) {
                SingleLine line = lines.get(place).line();
                LineInput input = read.read(place);
                assertThat(input.id()).isEqualTo(line.id());
                assertThat(input.endpoint().endpoint()).isEqualTo(line.endpoint());
                assertThat(input.body()).isEqualTo(line.body());
                assertThat(read.tokens(place)).isEqualTo(lines.get(place).tokens());
                assertThat(read.submitted(place).metadata()).isEqualTo(line.metadata());
                assertThat(read.submitted(place).body()).isEqualTo(line.body());
            }
        });
    }

    private static SingleLine line(SplittableRandom random) {
        Map<String, String> notes = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            notes.put("name-" + i, "value \"ö\" " + random.nextInt());
        }
        byte[] body = ("{\"a\":\"" + "x".repeat(random.nextInt(3_000)) + "\"}").getBytes(StandardCharsets.UTF_8);
        return new SingleLine(
                random.nextLong(1, Long.MAX_VALUE),
                ENDPOINTS.get(random.nextInt(ENDPOINTS.size())),
                "gpt",
                Tier.FLEX,
                body,
                0,
                notes);
    }
}
