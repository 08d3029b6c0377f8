package ai.doubleword.batch.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.platform.Database;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// What `doubleword files` asks of the server.
@QuarkusTest
class FileChecksTest {
    private static final String LINE =
            "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}}";

    @TestHTTPResource("/")
    URI server;

    @Inject
    TestKeys keys;

    @Inject
    Database database;

    @Inject
    FaultyBlobStore blobs;

    @Test
    void aFileWhoseBytesChangedOnTheDiskIsFound() throws IOException {
        Http root = keys.administrator(server);
        String id = new FileClient(server, keys.inferenceKey())
                .upload(LINE)
                .json()
                .get("id")
                .textValue();
        String verification = "/admin/api/v1/files/" + id + "/verification";
        assertThat(root.get(verification).body().get("right").booleanValue()).isTrue();
        assertThat(root.get("/admin/api/v1/files?limit=100").body().get("data").findValuesAsText("id"))
                .contains(id);

        long number = ai.doubleword.platform.Ids.parse("file", id).getAsLong();
        String blob = String.format(Locale.ROOT, "%016x", number);
        Path bytes = blobs.files().stream()
                .filter(path -> path.endsWith(blob) && path.toString().contains("/input/"))
                .findFirst()
                .orElseThrow();
        String whole = Files.readString(bytes, StandardCharsets.ISO_8859_1);
        Files.writeString(bytes, whole.replace("\"x\"", "\"y\""), StandardCharsets.ISO_8859_1);
        JsonNode damaged = root.get(verification).body();
        assertThat(damaged.get("right").booleanValue()).isFalse();
        assertThat(damaged.get("problems").get(0).textValue()).contains("SHA-256");
        Files.delete(bytes);
        assertThat(root.get(verification).body().get("problems").get(0).textValue())
                .contains("gone");
        assertThat(keys.user(server).get(verification).status()).isEqualTo(403);
    }

    @Test
    void bytesWithoutAFileAreOrphansOnceTheyAreOldAndCanBeRemoved() throws IOException {
        BlobName orphan = BlobName.of(FileIntake.INPUT, 4_711);
        write(orphan);
        String id = new FileClient(server, keys.inferenceKey())
                .upload(LINE)
                .json()
                .get("id")
                .textValue();
        FileChecks now = new FileChecks(blobs, List.of(new FileBlobs(database)), Clock.systemUTC());
        assertThat(now.orphans()).extracting("name").doesNotContain(orphan);
        FileChecks later = new FileChecks(
                blobs, List.of(new FileBlobs(database)), Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));
        assertThat(later.orphans()).extracting("name").contains(orphan);
        BlobSweep sweep = new BlobSweep(later, blobs);
        sweep.sweep();
        assertThat(blobs.exists(orphan)).as("after one look").isTrue();
        sweep.sweep();
        assertThat(blobs.exists(orphan)).as("after two").isFalse();
        write(orphan);
        later.repair();
        assertThat(blobs.exists(orphan)).isFalse();
        assertThat(keys.administrator(server)
                        .get("/admin/api/v1/files/" + id + "/verification")
                        .body()
                        .get("right")
                        .booleanValue())
                .as("a file's own bytes stay")
                .isTrue();
    }

    private void write(BlobName name) throws IOException {
        try (BlobWriter writer = blobs.create(name)) {
            writer.write("left".getBytes(UTF_8), 0, 4);
            writer.commit();
        }
    }
}
