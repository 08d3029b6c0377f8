package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that is full under responses, that of the blob store or that of the database: what was taken is answered once
/// and no more, what cannot be taken is refused clearly, and all goes on by itself.
@QuarkusTest
class FullDiskHttpTest extends OverHttp {
    @Inject
    FaultyBlobStore disk;

    @AfterEach
    void empty() {
        disk.empty();
        database.engine().useHandle(handle -> handle.execute("DROP TRIGGER IF EXISTS full_disk ON response"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneOfTheBackgroundIsRefusedAndNothingOfItIsKept(boolean stream) throws Exception {
        ObjectNode request = request(fixture.chat("")).put("background", true).put("stream", stream);
        disk.leaveRoom(0);
        Answer refused = post("/v1/responses", request);
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        assertThat(refused.body().at("/error/code").asText()).isEqualTo("storage_unavailable");
        assertThat(refused.headers().firstValue("retry-after").orElse("")).matches("[1-9][0-9]*");
        assertThat(refused.text()).doesNotContain("device");
        long id = Ids.parse("req", refused.body().at("/error/request_id").asText())
                .orElseThrow();
        assertThat(get("/v1/responses/" + Ids.format("resp", id)).status()).isEqualTo(404);

        disk.empty();
        Answer again = post("/v1/responses", request);
        assertThat(again.status()).isEqualTo(200);
        JsonNode made = stream ? again.events().getLast().path("response") : again.body();
        assertThat(ended(made).path("status").asText()).isEqualTo("completed");
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void oneThatRunsWaitsForRoomAndIsNotRunAgain() throws Exception {
        long before = disk.refused();
        // Its first byte comes once the disk is full.
        ObjectNode request = request(fixture.chat("slow-first-byte?ms=2000")).put("background", true);
        try (Reader reader = stream(request)) {
            JsonNode created = reader.until("response.created").getLast().path("response");
            String path = "/v1/responses/" + created.path("id").asText();
            await(() -> asked() == 1);
            disk.leaveRoom(0);
            List<JsonNode> told = reader.until("response.output_item.done");
            assertThat(told).anyMatch(event -> event.has("delta"));
            await(() -> disk.refused() > before);
            assertThat(get(path).body().path("status").asText()).isEqualTo("in_progress");
            assertThat(rows("true")).isZero();

            disk.empty();
            JsonNode last = reader.rest().getLast();
            assertThat(last.path("type").asText()).isEqualTo("response.completed");
            assertThat(get(path).body()).isEqualTo(last.path("response"));
        }
        assertThat(asked()).isEqualTo(1);
        assertThat(rows("true")).isEqualTo(1);
    }

    @Test
    void manyThatWereTakenAllEndOnceThereIsRoom() throws Exception {
        ObjectNode request = request(fixture.chat("slow-first-byte?ms=1000")).put("background", true);
        List<JsonNode> made = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            made.add(post("/v1/responses", request).body());
        }
        disk.leaveRoom(0);
        // Realtime needs no store.
        assertThat(post("/v1/chat/completions", chat(fixture.chat(""))).status())
                .isEqualTo(200);
        await(() -> asked() == 20);
        disk.empty();
        for (JsonNode one : made) {
            assertThat(ended(one).path("status").asText()).isEqualTo("completed");
        }
        assertThat(asked()).isEqualTo(20);
        assertThat(rows("endpoint = 'responses' AND status = 200")).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerGoesOutThoughTheDatabaseHasNoRoomToKeepIt(boolean stream) throws Exception {
        fillDatabase();
        String model = fixture.chat("");
        JsonNode unkept = answered(post("/v1/responses", request(model).put("stream", stream)));
        assertThat(unkept.path("status").asText()).isEqualTo("completed");
        assertThat(unkept.at("/output/0/content/0/text").asText()).isNotEmpty();
        assertThat(get("/v1/responses/" + unkept.path("id").asText()).status()).isEqualTo(404);
        await(() -> rows("endpoint = 'responses' AND status = 200") == 1);

        empty();
        JsonNode kept = answered(post("/v1/responses", request(model).put("stream", stream)));
        assertThat(get("/v1/responses/" + kept.path("id").asText()).body()).isEqualTo(kept);
    }

    /// As PostgreSQL says it where its disk is full, for this test's account alone.
    private void fillDatabase() {
        String account = Long.toString(number("SELECT account_id FROM api_key WHERE id = '" + keyId() + "'"));
        database.engine().useHandle(handle -> {
            handle.execute("""
                    CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
                    END $$
                    """);
            handle.execute("CREATE TRIGGER full_disk BEFORE INSERT ON response FOR EACH ROW WHEN (NEW.account = "
                    + account + ") EXECUTE FUNCTION full_disk()");
        });
    }

    private static JsonNode answered(Answer answer) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text().startsWith("{")
                ? answer.body()
                : answer.events().getLast().path("response");
    }

    /// How often a model was asked what this test asks.
    private long asked() {
        return asksOf(own).size();
    }

    private ObjectNode request(String model) {
        return JSON.createObjectNode().put("model", model).put("input", own);
    }

    private ObjectNode chat(String model) {
        ObjectNode request = JSON.createObjectNode().put("model", model);
        request.putArray("messages").addObject().put("role", "user").put("content", "At once");
        return request;
    }
}
