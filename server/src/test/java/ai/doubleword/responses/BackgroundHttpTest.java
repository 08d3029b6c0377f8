package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Responses in the background over HTTP: run by the batch engine, with the simulator behind every model.
@QuarkusTest
class BackgroundHttpTest extends OverHttp {
    @ParameterizedTest
    @CsvSource({"auto,default,0", "flex,flex,1", "background,flex,3"})
    void aBackgroundResponseIsQueuedAndThenCompleted(String asked, String told, int tier) throws Exception {
        Answer made = post("/v1/responses", request(fixture.chat("")).put("service_tier", asked));
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.body().path("status").asText()).isEqualTo("queued");
        assertThat(made.body().path("background").asBoolean()).isTrue();
        assertThat(made.body().path("service_tier").asText()).isEqualTo(told);

        JsonNode done = ended(made.body());

        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(done.path("id")).isEqualTo(made.body().path("id"));
        assertThat(done.at("/output/0/content/0/text").asText()).isNotEmpty();
        assertThat(done.at("/usage/input_tokens_details/cached_tokens").isInt()).isTrue();
        assertThat(done.path("completed_at").asLong())
                .isGreaterThanOrEqualTo(done.path("created_at").asLong());
        assertThat(rows("endpoint = 'responses' AND tier = " + tier)).isEqualTo(1);
        assertThat(rows("true")).isEqualTo(1);
    }

    @Test
    void oneThatACallerGivesUpCanBeCancelledAndCostsNothing() throws Exception {
        JsonNode made = post("/v1/responses", request(fixture.chat("slow-first-byte?ms=20000")))
                .body();
        String path = "/v1/responses/" + made.path("id").asText();
        Answer cancelled = send("POST", path + "/cancel", key, "");
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.body().path("status").asText()).isEqualTo("cancelled");
        assertThat(get(path).body().path("status").asText()).isEqualTo("cancelled");
        assertThat(send("POST", path + "/cancel", key, "").body().path("status").asText())
                .isEqualTo("cancelled");
    }

    @Test
    void manyWhoWaitForTheirsAreAnsweredWithWhatIsTrueForEach() throws Exception {
        List<String> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(post("/v1/responses", request(fixture.chat("slow-first-byte?ms=60000")))
                    .body()
                    .path("id")
                    .asText());
        }
        String gone = waiting.getLast();
        send("POST", "/v1/responses/" + gone + "/cancel", key, "");
        String stranger = fixture.key();
        try (var askers = Executors.newVirtualThreadPerTaskExecutor()) {
            var told = askers.invokeAll(waiting.stream()
                    .map(id -> (Callable<Answer>) () -> get("/ai/v1/responses/" + id))
                    .toList());
            var foreign = askers.invokeAll(waiting.stream()
                    .map(id -> (Callable<Answer>) () -> send("GET", "/v1/responses/" + id, stranger, ""))
                    .toList());
            for (int i = 0; i < waiting.size(); i++) {
                JsonNode body = told.get(i).get().body();
                assertThat(body.path("id").asText()).isEqualTo(waiting.get(i));
                assertThat(body.path("background").asBoolean()).isTrue();
                assertThat(body.path("status").asText())
                        .isIn(waiting.get(i).equals(gone) ? List.of("cancelled") : List.of("queued", "in_progress"));
                assertThat(foreign.get(i).get().status()).isEqualTo(404);
            }
        }
        for (String id : waiting) {
            assertThat(send("DELETE", "/v1/responses/" + id, key, "").status()).isEqualTo(200);
            assertThat(get("/v1/responses/" + id).status()).isEqualTo(404);
        }
    }

    @Test
    void oneThatHasEndedStaysAsItIsWhenCancelled() throws Exception {
        JsonNode done = ended(post("/v1/responses", request(fixture.chat(""))).body());
        Answer late = send("POST", "/v1/responses/" + done.path("id").asText() + "/cancel", key, "");
        assertThat(late.body()).isEqualTo(done);
    }

    @Test
    void onlyTheBackgroundCanBeCancelled() throws Exception {
        JsonNode made = post("/v1/responses", request(fixture.chat("")).put("background", false))
                .body();
        assertThat(send("POST", "/v1/responses/" + made.path("id").asText() + "/cancel", key, "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aProvidersRefusalIsAFailedResponse() throws Exception {
        JsonNode done = ended(post("/v1/responses", request(fixture.chat("400?message=too-odd")))
                .body());
        assertThat(done.path("status").asText()).isEqualTo("failed");
        assertThat(done.at("/error/code").asText()).isEqualTo("invalid_prompt");
        assertThat(done.at("/error/message").asText()).contains("too-odd");
        assertThat(done.path("output")).isEmpty();
    }

    @Test
    void itsEventsAreReadFromAnyOfThemOn() throws Exception {
        Answer streamed = post("/v1/responses", request(fixture.chat("")).put("stream", true));
        List<JsonNode> events = streamed.events();
        assertThat(events)
                .extracting(event -> event.path("type").asText())
                .startsWith("response.created", "response.queued");
        assertThat(events.getLast().path("type").asText()).isEqualTo("response.completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
        }
        String path = "/v1/responses/" + events.getLast().at("/response/id").asText();
        assertThat(get(path).body()).isEqualTo(events.getLast().path("response"));
        List<JsonNode> rest = get(path + "?stream=true&starting_after=2").events();
        assertThat(rest).isEqualTo(events.subList(3, events.size()));
    }

    @Test
    void itsTokensComeWhileTheModelWritesToAllWhoListenUnderTheSameNumbers() throws Exception {
        try (Reader first = stream(request(fixture.chat("stall?after=6")))) {
            List<JsonNode> heard = first.until("response.output_text.delta");
            String path = "/v1/responses/" + heard.getFirst().at("/response/id").asText();
            assertThat(get(path).body().path("status").asText()).isEqualTo("in_progress");
            try (Reader second = stream(path + "?stream=true&starting_after=1")) {
                List<JsonNode> same = second.until("response.output_text.delta");
                assertThat(same).isEqualTo(heard.subList(2, heard.size()));
                send("POST", path + "/cancel", key, "");
                JsonNode last = first.rest().getLast();
                assertThat(last.path("type").asText()).isEqualTo("response.incomplete");
                assertThat(last.at("/response/status").asText()).isEqualTo("cancelled");
                assertThat(second.rest().getLast()).isEqualTo(last);
                long known = heard.getLast().path("sequence_number").asLong();
                assertThat(get(path + "?stream=true&starting_after=" + (known + 100))
                                .events())
                        .containsExactly(last);
            }
        }
    }

    @Test
    void itsEventsStayWhatTheyWereWhenItHasEnded() throws Exception {
        List<JsonNode> live;
        try (Reader reader = stream(request(fixture.chat("")))) {
            live = reader.rest();
        }
        assertThat(live)
                .filteredOn(event -> event.path("type").asText().equals("response.output_text.delta"))
                .hasSizeGreaterThan(2);
        String path = "/v1/responses/" + live.getLast().at("/response/id").asText();
        assertThat(get(path + "?stream=true").events()).isEqualTo(live);
        assertThat(get(path + "?stream=true&starting_after=5").events()).isEqualTo(live.subList(6, live.size()));
        assertThat(get(path).text()).doesNotContain("_events");
    }

    @Test
    void oneThatBreaksOffBeginsAgainUnderNumbersOfItsOwn() throws Exception {
        List<JsonNode> live;
        try (Reader reader = stream(request(fixture.chat("cut?after=6&times=1&of=" + UUID.randomUUID())))) {
            live = reader.rest();
        }
        assertThat(live).extracting(BackgroundHttpTest::number).isSorted().doesNotHaveDuplicates();
        assertThat(live.getLast().path("type").asText()).isEqualTo("response.completed");
        int again = lastIndexOf(live, "response.in_progress");
        assertThat(live.subList(0, again)).anyMatch(event -> event.has("delta"));
        assertThat(text(live.subList(again, live.size())))
                .isEqualTo(
                        live.getLast().at("/response/output/0/content/0/text").asText());

        String path = "/v1/responses/" + live.getLast().at("/response/id").asText();
        List<JsonNode> told = get(path + "?stream=true").events();
        assertThat(told.subList(0, 2)).isEqualTo(live.subList(0, 2));
        // Who heard both runs is told that the first one's item is void, and of the second one's after it.
        JsonNode closing = live.get(again - 1);
        assertThat(closing.path("type").asText()).isEqualTo("response.output_item.done");
        assertThat(closing.at("/item/status").asText()).isEqualTo("incomplete");
        assertThat(closing.path("output_index").asInt(-1)).isZero();
        assertThat(ids(live)).doesNotHaveDuplicates();
        List<JsonNode> rest = new ArrayList<>();
        for (JsonNode event : told.subList(2, told.size())) {
            ObjectNode moved = event.deepCopy();
            rest.add(
                    moved.has("output_index")
                            ? moved.put(
                                    "output_index", moved.path("output_index").asInt() + 1)
                            : moved);
        }
        assertThat(rest).isEqualTo(live.subList(again, live.size()));
        long lost = number(live.get(again - 2));
        assertThat(get(path + "?stream=true&starting_after=" + lost).events()).isEqualTo(told.subList(2, told.size()));
    }

    /// Of the items that began.
    private static List<String> ids(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("response.output_item.added"))
                .map(event -> event.at("/item/id").asText())
                .toList();
    }

    @Test
    void oneThatFailsWhileItIsToldEndsForWhoeverComesBack() throws Exception {
        JsonNode last;
        try (Reader reader = stream(request(fixture.chat("400?message=too-odd")))) {
            last = reader.rest().getLast();
        }
        assertThat(last.path("type").asText()).isEqualTo("response.failed");
        String path = "/v1/responses/" + last.at("/response/id").asText();
        assertThat(get(path + "?stream=true&starting_after=100000").events()).containsExactly(last);
    }

    private static long number(JsonNode event) {
        return event.path("sequence_number").asLong(-1);
    }

    private static int lastIndexOf(List<JsonNode> events, String type) {
        return events.stream()
                .map(event -> event.path("type").asText())
                .toList()
                .lastIndexOf(type);
    }

    private static String text(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
                .map(event -> event.path("delta").asText())
                .collect(java.util.stream.Collectors.joining());
    }

    @Test
    void aConversationGoesOnFromIt() throws Exception {
        String model = fixture.chat("");
        JsonNode running = post("/v1/responses", request(fixture.chat("slow-first-byte?ms=20000")))
                .body();
        Answer early = post(
                "/v1/responses",
                request(model)
                        .put("background", false)
                        .put("previous_response_id", running.path("id").asText()));
        assertThat(early.status()).isEqualTo(400);
        assertThat(early.body().at("/error/param").asText()).isEqualTo("previous_response_id");
        send("POST", "/v1/responses/" + running.path("id").asText() + "/cancel", key, "");

        JsonNode first = ended(post("/v1/responses", request(model)).body());
        JsonNode second = ended(post(
                        "/v1/responses",
                        request(model)
                                .put("previous_response_id", first.path("id").asText()))
                .body());
        assertThat(second.path("status").asText()).isEqualTo("completed");
        assertThat(second.at("/usage/input_tokens").asInt())
                .isGreaterThan(first.at("/usage/input_tokens").asInt());
    }

    @Test
    void aDeletedOneIsGone() throws Exception {
        JsonNode done = ended(post("/v1/responses", request(fixture.chat(""))).body());
        String path = "/v1/responses/" + done.path("id").asText();
        assertThat(send("DELETE", path, key, "").body().path("deleted").asBoolean())
                .isTrue();
        assertThat(get(path).status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void nobodySeesThoseOfAnotherAccount() throws Exception {
        JsonNode done = ended(post("/v1/responses", request(fixture.chat(""))).body());
        String path = "/v1/responses/" + done.path("id").asText();
        String foreign = fixture.key();
        assertThat(send("GET", path, foreign, "").status()).isEqualTo(404);
        assertThat(send("GET", path + "?stream=true", foreign, "").status()).isEqualTo(404);
        assertThat(send("POST", path + "/cancel", foreign, "").status()).isEqualTo(404);
        assertThat(send("DELETE", path, foreign, "").status()).isEqualTo(404);
    }

    @Test
    void whatCannotRunIsRefusedAtOnce() throws Exception {
        assertThat(post("/v1/responses", request("no-such-model")).status()).isEqualTo(404);
        Answer unstored = post("/v1/responses", request(fixture.chat("")).put("store", false));
        assertThat(unstored.status()).isEqualTo(400);
        assertThat(unstored.body().at("/error/param").asText()).isEqualTo("store");
        Answer tier = post("/v1/responses", request(fixture.chat("")).put("service_tier", "gold"));
        assertThat(tier.status()).isEqualTo(400);
        assertThat(tier.body().at("/error/param").asText()).isEqualTo("service_tier");
    }

    private ObjectNode request(String model) {
        return JSON.createObjectNode()
                .put("model", model)
                .put("input", "Hello " + UUID.randomUUID())
                .put("background", true);
    }
}
