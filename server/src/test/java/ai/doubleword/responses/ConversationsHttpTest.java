package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conversations over HTTP, and the responses that are made in them.
@QuarkusTest
class ConversationsHttpTest extends OverHttp {
    private static final int AT_ONCE = 8;

    @Inject
    ConversationTurns turns;

    @Test
    void aConversationIsMadeFoundChangedAndDeletedUnderBothBases() throws Exception {
        for (String base : List.of("/v1", "/ai/v1")) {
            ObjectNode request = JSON.createObjectNode();
            request.putObject("metadata").put("topic", "tides");
            Answer made = post(base + "/conversations", request);
            assertThat(made.status()).as(made.text()).isEqualTo(200);
            String id = made.body().path("id").asText();
            assertThat(id).startsWith("conv_");
            assertThat(made.body().path("object").asText()).isEqualTo("conversation");
            assertThat(made.body().path("created_at").isIntegralNumber()).isTrue();
            assertThat(made.body().at("/metadata/topic").asText()).isEqualTo("tides");
            assertThat(get(base + "/conversations/" + id).body()).isEqualTo(made.body());

            ObjectNode other = JSON.createObjectNode();
            other.putObject("metadata").put("who", "Ada");
            JsonNode changed = post(base + "/conversations/" + id, other).body();
            assertThat(changed.path("metadata").toString()).isEqualTo("{\"who\":\"Ada\"}");
            assertThat(get(base + "/conversations/" + id).body()).isEqualTo(changed);

            JsonNode deleted =
                    send("DELETE", base + "/conversations/" + id, key, "").body();
            assertThat(deleted.path("object").asText()).isEqualTo("conversation.deleted");
            assertThat(deleted.path("deleted").asBoolean()).isTrue();
            assertThat(get(base + "/conversations/" + id).status()).isEqualTo(404);
            assertThat(get(base + "/conversations/" + id + "/items").status()).isEqualTo(404);
        }
        assertThat(send("POST", "/v1/conversations", key, "").status()).isEqualTo(200);
    }

    @Test
    void itemsComePageByPageAndGoOneByOne() throws Exception {
        String id = conversation("a", "b");
        JsonNode added = post("/v1/conversations/" + id + "/items", items("c")).body();
        assertThat(texts(added)).containsExactly("c");
        assertThat(added.at("/data/0/id").asText()).startsWith("msg_");
        assertThat(added.at("/data/0/status").asText()).isEqualTo("completed");

        String path = "/v1/conversations/" + id + "/items";
        assertThat(texts(get(path).body())).containsExactly("c", "b", "a");
        JsonNode first = get(path + "?order=asc&limit=2").body();
        assertThat(texts(first)).containsExactly("a", "b");
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(first.path("first_id")).isEqualTo(first.at("/data/0/id"));
        JsonNode rest =
                get(path + "?order=asc&after=" + first.path("last_id").asText()).body();
        assertThat(texts(rest)).containsExactly("c");
        assertThat(rest.path("has_more").asBoolean()).isFalse();
        assertThat(texts(get(path + "?limit=1&after=" + rest.path("last_id").asText())
                        .body()))
                .containsExactly("b");

        String item = path + "/" + first.path("last_id").asText();
        assertThat(get(item).body()).isEqualTo(first.at("/data/1"));
        assertThat(send("DELETE", item, key, "").body().path("id").asText()).isEqualTo(id);
        assertThat(get(item).status()).isEqualTo(404);
        assertThat(send("DELETE", item, key, "").status()).isEqualTo(404);
        assertThat(texts(get(path).body())).containsExactly("c", "a");
        post(path, items("d"));
        assertThat(texts(get(path + "?order=asc").body())).containsExactly("a", "c", "d");
        Answer unknown = get(path + "?after=msg_x");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body().at("/error/param").asText()).isEqualTo("after");
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,true", "false,false"})
    void aResponseReadsTheConversationAndAddsToIt(boolean stream, boolean store) throws Exception {
        String model = fixture.chat("");
        String own = "Hello " + UUID.randomUUID();
        String id = conversation("My name is Ada.");
        ObjectNode request = request(model, id, own).put("store", store);
        Answer answer = post("/v1/responses", request.put("stream", stream));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode response = stream
                ? JSON.readTree(answer.text()
                                .lines()
                                .filter(line -> line.startsWith("data: "))
                                .reduce((before, after) -> after)
                                .orElseThrow()
                                .substring("data: ".length()))
                        .path("response")
                : answer.body();
        assertThat(response.at("/conversation/id").asText()).isEqualTo(id);
        assertThat(get("/v1/responses/" + response.path("id").asText()).status())
                .isEqualTo(store ? 200 : 404);
        JsonNode items = get("/v1/conversations/" + id + "/items?order=asc").body();
        assertThat(texts(items))
                .containsExactly(
                        "My name is Ada.",
                        own,
                        response.at("/output/0/content/0/text").asText());
        assertThat(items.at("/data/2")).isEqualTo(response.at("/output/0"));

        ObjectNode next = JSON.createObjectNode().put("model", model).put("input", "And my name?");
        next.putObject("conversation").put("id", id);
        assertThat(post("/v1/responses", next).status()).isEqualTo(200);
        assertThat(texts(get("/v1/conversations/" + id + "/items").body())).hasSize(5);
        assertThat(asked(own))
                .containsExactly("My name is Ada.", own, texts(items).getLast(), "And my name?");
    }

    @Test
    void aResponseOfTheBackgroundAddsWhatItAskedAndAnsweredOnce() throws Exception {
        String model = fixture.chat("");
        String id = conversation();
        JsonNode made = post("/v1/responses", request(model, id, "Hello").put("background", true))
                .body();
        String response = "/v1/responses/" + made.path("id").asText();
        await(() -> get(response).body().path("status").asText().equals("completed"));
        JsonNode ended = get(response).body();
        String path = "/v1/conversations/" + id + "/items?order=asc";
        List<Answer> looks = atOnce(() -> get(path));
        for (Answer look : looks) {
            assertThat(texts(look.body()))
                    .containsExactly(
                            "Hello", ended.at("/output/0/content/0/text").asText());
        }
        assertThat(waiting(id)).isZero();
    }

    @Test
    void whatNobodyLooksAtIsAddedByTheRound() throws Exception {
        String model = fixture.chat("");
        String id = conversation();
        JsonNode made = post("/v1/responses", request(model, id, "Hello").put("background", true))
                .body();
        assertThat(waiting(id)).isEqualTo(1);
        await(() -> get("/v1/responses/" + made.path("id").asText())
                .body()
                .path("status")
                .asText()
                .equals("completed"));
        await(() -> {
            turns.round();
            return waiting(id) == 0;
        });
        assertThat(texts(get("/v1/conversations/" + id + "/items").body())).hasSize(2);
    }

    @Test
    void whatIsDeletedStandsInItsConversationStill() throws Exception {
        String id = conversation();
        JsonNode made = post(
                        "/v1/responses", request(fixture.chat(""), id, "Hello").put("background", true))
                .body();
        String response = "/v1/responses/" + made.path("id").asText();
        await(() -> get(response).body().path("status").asText().equals("completed"));
        assertThat(send("DELETE", response, key, "").status()).isEqualTo(200);
        assertThat(texts(get("/v1/conversations/" + id + "/items").body())).hasSize(2);
    }

    @Test
    void whatFailsOrIsCancelledAddsNothing() throws Exception {
        String id = conversation();
        assertThat(post("/v1/responses", request(fixture.chat("500"), id, "x")).status())
                .isEqualTo(502);
        JsonNode slow = post(
                        "/v1/responses",
                        request(fixture.chat("slow-first-byte?ms=20000"), id, "y")
                                .put("background", true))
                .body();
        send("POST", "/v1/responses/" + slow.path("id").asText() + "/cancel", key, "");
        assertThat(texts(get("/v1/conversations/" + id + "/items").body())).isEmpty();
        assertThat(waiting(id)).isZero();
    }

    @Test
    void whatTwoSayAtOnceStaysTogether() throws Exception {
        String model = fixture.chat("");
        String id = conversation();
        List<Answer> answers = atOnce(() -> post("/v1/responses", request(model, id, "Q " + UUID.randomUUID())));
        assertThat(answers).allMatch(answer -> answer.status() == 200);
        JsonNode items =
                get("/v1/conversations/" + id + "/items?order=asc&limit=100").body();
        assertThat(items.path("data")).hasSize(2 * AT_ONCE);
        Set<String> ids = new java.util.HashSet<>();
        for (int i = 0; i < AT_ONCE; i++) {
            JsonNode question = items.path("data").get(2 * i);
            JsonNode said = items.path("data").get(2 * i + 1);
            assertThat(question.path("role").asText()).isEqualTo("user");
            assertThat(said.path("role").asText()).isEqualTo("assistant");
            assertThat(answers)
                    .anySatisfy(
                            answer -> assertThat(answer.body().at("/output/0")).isEqualTo(said));
            ids.add(question.path("id").asText());
            ids.add(said.path("id").asText());
        }
        assertThat(ids).hasSize(2 * AT_ONCE);
    }

    @Test
    @Tag("S-09")
    void nobodySeesConversationsOfAnotherAccount() throws Exception {
        String id = conversation("secret");
        String item = get("/v1/conversations/" + id + "/items")
                .body()
                .at("/data/0/id")
                .asText();
        String foreign = fixture.key();
        String path = "/v1/conversations/" + id;
        assertThat(send("GET", path, foreign, "").status()).isEqualTo(404);
        assertThat(send("POST", path, foreign, "{\"metadata\":{}}").status()).isEqualTo(404);
        assertThat(send("GET", path + "/items", foreign, "").status()).isEqualTo(404);
        assertThat(send("POST", path + "/items", foreign, items("x").toString()).status())
                .isEqualTo(404);
        assertThat(send("GET", path + "/items/" + item, foreign, "").status()).isEqualTo(404);
        assertThat(send("DELETE", path + "/items/" + item, foreign, "").status())
                .isEqualTo(404);
        assertThat(send("DELETE", path, foreign, "").status()).isEqualTo(404);
        Answer response = send(
                "POST",
                "/v1/responses",
                foreign,
                request(fixture.chat(""), id, "x").toString());
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body().at("/error/param").asText()).isEqualTo("conversation");
        assertThat(texts(get(path + "/items").body())).containsExactly("secret");
    }

    @Test
    void aConversationThatIsGoneIsNoneToGoOnIn() throws Exception {
        String model = fixture.chat("");
        String id = conversation("a");
        JsonNode response = post("/v1/responses", request(model, id, "x")).body();
        send("DELETE", "/v1/conversations/" + id, key, "");
        for (String gone : List.of(id, "conv_nothing", "conv_00000000000")) {
            Answer refused = post("/v1/responses", request(model, gone, "x"));
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.body().at("/error/param").asText()).isEqualTo("conversation");
        }
        assertThat(get("/v1/responses/" + response.path("id").asText()).status())
                .isEqualTo(200);
    }

    @Test
    void oneGoesOnFromAConversationOrFromAResponse() throws Exception {
        String model = fixture.chat("");
        String id = conversation();
        JsonNode inside = post("/v1/responses", request(model, id, "x")).body();
        String response = inside.path("id").asText();
        Answer both = post("/v1/responses", request(model, id, "x").put("previous_response_id", response));
        assertThat(both.status()).isEqualTo(400);
        ObjectNode from = JSON.createObjectNode().put("model", model).put("input", "x");
        Answer around = post("/v1/responses", from.put("previous_response_id", response));
        assertThat(around.status()).isEqualTo(400);
        assertThat(around.body().at("/error/message").asText()).contains(id);
    }

    @Test
    void whatConversationsHoldIsSealed() throws Exception {
        String secret = "secret-" + UUID.randomUUID();
        ObjectNode request = items(secret);
        request.putObject("metadata").put("note", secret);
        long id = Ids.parse(
                        "conv",
                        post("/v1/conversations", request).body().path("id").asText())
                .orElseThrow();
        List<byte[]> kept = database.engine()
                .withHandle(handle -> handle.createQuery("""
                        SELECT metadata FROM conversation WHERE id = :id
                        UNION ALL SELECT content FROM conversation_item WHERE conversation = :id
                        """)
                        .bind("id", id)
                        .mapTo(byte[].class)
                        .list());
        assertThat(kept).hasSize(2);
        for (byte[] sealed : kept) {
            assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
        }
    }

    @Test
    void whatIsTooMuchOrOfTheWrongTypeIsNamed() throws Exception {
        ObjectNode many = JSON.createObjectNode();
        for (int i = 0; i <= 20; i++) {
            many.withArray("items").addObject().put("role", "user").put("content", "x");
        }
        ObjectNode notes = JSON.createObjectNode();
        for (int i = 0; i <= 16; i++) {
            notes.withObject("/metadata").put("k" + i, "v");
        }
        ObjectNode longNote = JSON.createObjectNode();
        longNote.putObject("metadata").put("k", "v".repeat(513));
        ObjectNode reference = JSON.createObjectNode();
        reference.putArray("items").addObject().put("type", "item_reference").put("id", "msg_x");
        for (var wrong : List.of(
                List.of("items", many.toString()),
                List.of("metadata", notes.toString()),
                List.of("metadata.k", longNote.toString()),
                List.of("items[0].type", reference.toString()),
                List.of("items[0].content", "{\"items\":[{\"role\":\"user\"}]}"),
                List.of("items", "{\"items\":\"x\"}"))) {
            Answer refused = send("POST", "/v1/conversations", key, wrong.getLast());
            assertThat(refused.status()).as(wrong.getLast()).isEqualTo(400);
            assertThat(refused.body().at("/error/param").asText()).isEqualTo(wrong.getFirst());
        }
        assertThat(post("/v1/conversations/" + conversation() + "/items", JSON.createObjectNode())
                        .status())
                .isEqualTo(400);
        assertThat(send("POST", "/v1/conversations/" + conversation(), key, "{}")
                        .status())
                .isEqualTo(400);
        assertThat(send("POST", "/v1/conversations", key, "[").status()).isEqualTo(400);
    }

    @Test
    void aFullConversationTakesNothingMore() throws Exception {
        String id = conversation("a");
        database.engine()
                .useHandle(handle -> handle.createUpdate("UPDATE conversation SET items = 10000 WHERE id = :id")
                        .bind("id", Ids.parse("conv", id).orElseThrow())
                        .execute());
        assertThat(post("/v1/conversations/" + id + "/items", items("b")).status())
                .isEqualTo(400);
        Answer response = post("/v1/responses", request(fixture.chat(""), id, "x"));
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body().at("/error/message").asText()).contains("full");
    }

    @Test
    void aRepeatWithAnIdempotencyKeyMakesNothingNew() throws Exception {
        String once = UUID.randomUUID().toString();
        Answer first = send("POST", "/v1/conversations", key, "{}", "Idempotency-Key", once);
        assertThat(send("POST", "/v1/conversations", key, "{}", "Idempotency-Key", once)
                        .text())
                .isEqualTo(first.text());
        String path = "/v1/conversations/" + first.body().path("id").asText() + "/items";
        String again = UUID.randomUUID().toString();
        for (int i = 0; i < 2; i++) {
            send("POST", path, key, items("a").toString(), "Idempotency-Key", again);
        }
        assertThat(texts(get(path).body())).containsExactly("a");
    }

    private String conversation(String... texts) throws Exception {
        Answer made = post("/v1/conversations", items(texts));
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        return made.body().path("id").asText();
    }

    private static ObjectNode items(String... texts) {
        ObjectNode request = JSON.createObjectNode();
        request.putArray("items");
        for (String text : texts) {
            request.withArray("items").addObject().put("role", "user").put("content", text);
        }
        return request;
    }

    private static ObjectNode request(String model, String conversation, String input) {
        return JSON.createObjectNode()
                .put("model", model)
                .put("conversation", conversation)
                .put("input", input);
    }

    private static List<String> texts(JsonNode list) {
        return list.path("data").findValuesAsText("text");
    }

    /// What the last request that holds a text said, message by message.
    private List<String> asked(String text) throws IOException {
        String body = fixture.simulated.received().last(256).stream()
                .map(received -> received.body().toString())
                .filter(received -> received.contains(text))
                .reduce((before, after) -> after)
                .orElseThrow();
        return JSON.readTree(body).path("messages").findValuesAsText("content");
    }

    private long waiting(String conversation) {
        return database.engine()
                .withHandle(
                        handle -> handle.createQuery("SELECT count(*) FROM conversation_turn WHERE conversation = :id")
                                .bind("id", Ids.parse("conv", conversation).orElseThrow())
                                .mapTo(Long.class)
                                .one());
    }

    private List<Answer> atOnce(Callable<Answer> work) throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> all = java.util.Collections.nCopies(AT_ONCE, work);
            for (Future<Answer> answer : threads.invokeAll(all)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
