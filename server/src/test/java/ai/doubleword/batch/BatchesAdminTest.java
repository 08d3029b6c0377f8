package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What `doubleword batches` asks of the server.
@QuarkusTest
class BatchesAdminTest extends BatchClient {
    @Inject
    TestKeys keys;

    private static String path(JsonNode batch) {
        return "/admin/api/v1/batches/" + batch.get("id").asText();
    }

    @Test
    void anOperatorLooksIntoBatchesOfEverybody() throws Exception {
        Http root = keys.administrator(server);
        JsonNode batch = await(
                create(
                        upload(chatLine("a", fixture.chat(""), false) + chatLine("b", fixture.chat("400"), false)),
                        "1h"),
                "completed"::equals);
        JsonNode shown = root.get(path(batch)).body();
        assertThat(shown.get("status").asText()).isEqualTo("completed");
        assertThat(shown.get("account").asText()).isNotEmpty().doesNotMatch("[0-9]+");
        assertThat(shown.get("completed").asInt()).isEqualTo(1);
        assertThat(shown.get("failed").asInt()).isEqualTo(1);
        assertThat(shown.get("cost").isTextual()).isTrue();
        assertThat(shown.get("deadline_is").asText()).isEqualTo("estimated");
        assertThat(root.get("/admin/api/v1/batches?limit=1000")
                        .body()
                        .get("data")
                        .findValuesAsText("id"))
                .contains(batch.get("id").asText());
        assertThat(root.get("/admin/api/v1/batches?limit=1000&running=true")
                        .body()
                        .get("data")
                        .findValuesAsText("id"))
                .doesNotContain(batch.get("id").asText());
        JsonNode chunks = root.get(path(batch) + "/chunks").body().get("data");
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).get("state").asText()).isEqualTo("done");
        assertThat(chunks.findValues("lines"))
                .allSatisfy(lines -> assertThat(lines.asInt()).isEqualTo(1));
        JsonNode segments = root.get(path(batch) + "/segments").body().get("data");
        assertThat(segments.get(0).get("crc").asText()).matches("[0-9a-f]{8}");
        assertThat(root.get("/admin/api/v1/batches/batch_00000000000").status()).isEqualTo(404);
    }

    @Test
    void anOperatorPausesResumesAndCancelsThem() throws Exception {
        Http root = keys.administrator(server);
        StringBuilder lines = new StringBuilder();
        String slow = fixture.chat("slow-first-byte?ms=300");
        for (int i = 0; i < 200; i++) {
            lines.append(chatLine("c" + i, slow, false));
        }
        JsonNode batch = create(upload(lines.toString()), "24h");
        assertThat(root.post(path(batch) + "/pause", "{}")
                        .body()
                        .get("paused_at")
                        .isTextual())
                .isTrue();
        assertThat(root.post(path(batch) + "/resume", "{}").body().has("paused_at"))
                .isFalse();
        assertThat(root.post(path(batch) + "/cancel", "{}").body().get("status").asText())
                .isIn("cancelling", "cancelled");
        await(batch, "cancelled"::equals);
        assertThat(root.post(path(batch) + "/pause", "{}").status()).isEqualTo(400);
        assertThat(root.post(path(batch) + "/retry", "{}").body().get("status").asText())
                .isEqualTo("in_progress");
        assertThat(await(batch, "completed"::equals)
                        .at("/request_counts/completed")
                        .asInt())
                .isEqualTo(200);
    }

    @Test
    @Tag("S-10")
    void nobodyElseDoes() throws Exception {
        JsonNode batch = create(upload(chatLine("a", fixture.chat(""), false)), "1h");
        Http user = keys.user(server);
        assertThat(user.get("/admin/api/v1/batches").status()).isEqualTo(403);
        assertThat(user.get(path(batch) + "/chunks").status()).isEqualTo(403);
        assertThat(user.post(path(batch) + "/cancel", "{}").status()).isEqualTo(403);
    }
}
