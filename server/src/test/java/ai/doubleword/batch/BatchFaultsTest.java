package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong around a batch while it runs, over HTTP.
@QuarkusTest
class BatchFaultsTest extends BatchClient {
    private static final int LINES = 6;

    private String lines(String model, int count) {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < count; i++) {
            file.append(chatLine("c" + i, model, false));
        }
        return file.toString();
    }

    private static String path(JsonNode batch) {
        return "/v1/batches/" + batch.get("id").asText();
    }

    private Set<String> names(String file) throws Exception {
        Set<String> names = new HashSet<>();
        for (JsonNode line : content(file).lines()) {
            assertThat(names.add(line.get("custom_id").asText())).isTrue();
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "429",
                "429?retry-after=1",
                "500",
                "502",
                "503",
                "html",
                "empty",
                "error-body",
                "wrong-length",
                "close",
                "cut"
            })
    void howeverAProviderFailsForAWhileEachLineIsAnsweredOnceAndChargedOnce(String fault) throws Exception {
        String flapping = fixture.chat(fault + (fault.contains("?") ? "&" : "?") + "times=3&own=" + own());
        JsonNode batch = await(create(upload(lines(flapping, LINES)), "24h"), "completed"::equals);
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(LINES);
        assertThat(names(batch.get("output_file_id").asText())).hasSize(LINES);
        assertThat(number("SELECT count(*) FROM usage WHERE cause IN (0, 1) AND batch = " + id(batch)))
                .isEqualTo(LINES);
    }

    @Test
    void anInputFileThatIsDeletedWhileItsBatchRunsIsReadToItsEnd() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=300"), 40)), "24h");
        String input = created.get("input_file_id").asText();
        await(
                created,
                status -> true,
                batch -> batch.at("/request_counts/completed").asInt() > 0);
        assertThat(send("DELETE", "/v1/files/" + input, null).status()).isEqualTo(200);
        assertThat(get("/v1/files/" + input).status()).isEqualTo(404);
        JsonNode batch = await(created, "completed"::equals);
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(40);
        assertThat(batch.get("input_file_id").asText()).isEqualTo(input);
    }

    @Test
    void cancellingWhatHasEndedOrIsBeingCancelledChangesNothing() throws Exception {
        JsonNode completed = await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        JsonNode running = create(upload(lines(fixture.chat("slow-first-byte?ms=700"), 40)), "24h");
        for (int i = 0; i < 3; i++) {
            Answer answer = post(path(running) + "/cancel", "");
            assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
            assertThat(answer.body().get("status").asText()).isIn("cancelling", "cancelled");
        }
        await(running, "cancelled"::equals);
        for (JsonNode ended : List.of(completed, running)) {
            String before = get(path(ended)).response().body();
            assertThat(post(path(ended) + "/cancel", "").status()).isEqualTo(200);
            assertThat(get(path(ended)).response().body()).isEqualTo(before);
        }
    }

    @Test
    void failuresStandInTheOutputTooWhereTheBatchAskedForThat() throws Exception {
        String file = upload(chatLine("good", fixture.chat(""), false)
                + chatLine("bad", fixture.chat("400?message=" + own()), false));
        Answer created = post(
                "/v1/batches", order(file, "24h").replace("\"purpose\":\"test\"", "\"dw.inline_errors\":\"true\""));
        assertThat(created.status()).as(created.response().body()).isEqualTo(201);
        JsonNode batch = await(created.body(), "completed"::equals);
        for (JsonNode line : content(batch.get("output_file_id").asText()).lines()) {
            boolean good = line.get("custom_id").asText().equals("good");
            assertThat(line.get("error").isNull()).isEqualTo(good);
            assertThat(line.get("response").isNull()).isEqualTo(!good);
        }
        assertThat(names(batch.get("output_file_id").asText())).containsExactlyInAnyOrder("good", "bad");
        assertThat(names(batch.get("error_file_id").asText())).containsExactly("bad");
    }
}
