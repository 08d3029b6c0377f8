package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.KeyVerdict;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.ModelType;
import ai.doubleword.platform.Ids;
import ai.doubleword.simulator.ReceivedRequests;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The Responses API over HTTP, with the simulator behind every model.
@QuarkusTest
class ResponsesHttpTest extends OverHttp {
    @Inject
    StoredResponses stored;

    @Inject
    ResponseWriter writer;

    @Inject
    KeyVerifier keys;

    @Inject
    Ids ids;

    @Test
    void aResponseIsAnsweredUnderBothBasesAndFoundAgain() throws Exception {
        String model = fixture.chat("");
        for (String base : List.of("/v1", "/ai/v1")) {
            Answer made = post(base + "/responses", request(model).put("instructions", "Be short."));
            assertThat(made.status()).as(made.text()).isEqualTo(200);
            JsonNode response = made.body();
            assertThat(response.path("object").asText()).isEqualTo("response");
            assertThat(response.path("status").asText()).isEqualTo("completed");
            assertThat(response.path("model").asText()).isEqualTo(model);
            assertThat(response.at("/output/0/content/0/text").asText()).isNotEmpty();
            assertThat(response.at("/usage/input_tokens").asInt()).isPositive();
            assertThat(response.at("/usage/input_tokens_details/cached_tokens").isInt())
                    .isTrue();
            assertThat(response.at("/usage/output_tokens_details/reasoning_tokens")
                            .isInt())
                    .isTrue();
            assertThat(get(base + "/responses/" + response.path("id").asText()).body())
                    .isEqualTo(response);
        }
    }

    @Test
    void aCallIsOneRowOfUsage() throws Exception {
        JsonNode response = post("/v1/responses", request(fixture.chat(""))).body();
        long id = Ids.parse("resp", response.path("id").asText()).orElseThrow();
        awaitRow("SELECT count(*) FROM usage WHERE id = " + id + " AND endpoint = 'responses' AND tier = 0"
                + " AND coalesce(input, 0) + coalesce(cache_read, 0) = "
                + response.at("/usage/input_tokens").asLong());
    }

    @Test
    void aStreamEndsWithTheResponseThatIsFoundAgain() throws Exception {
        Answer made = post("/v1/responses", request(fixture.chat("")).put("stream", true));
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.text()).startsWith("event: response.created\ndata: {").doesNotContain("[DONE]");
        List<JsonNode> events = made.events();
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
        }
        JsonNode last = events.getLast();
        assertThat(last.path("type").asText()).isEqualTo("response.completed");
        JsonNode found =
                get("/v1/responses/" + last.at("/response/id").asText()).body();
        assertThat(found).isEqualTo(last.path("response"));
        StringBuilder text = new StringBuilder();
        events.stream()
                .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
                .forEach(event -> text.append(event.path("delta").asText()));
        assertThat(found.at("/output/0/content/0/text").asText()).isEqualTo(text.toString());
    }

    @Test
    void aStoredResponseIsToldAgainFromAnyEventOn() throws Exception {
        String id = post("/v1/responses", request(fixture.chat("")))
                .body()
                .path("id")
                .asText();
        List<JsonNode> all = get("/v1/responses/" + id + "?stream=true").events();
        assertThat(all).hasSizeGreaterThan(6);
        assertThat(get("/v1/responses/" + id + "?stream=true&starting_after=3").events())
                .isEqualTo(all.subList(4, all.size()));
    }

    @Test
    void toolsAreCalledAndTheirOutputsGoBack() throws Exception {
        String model = fixture.chat("");
        ObjectNode request = request(model);
        ObjectNode tool =
                request.putArray("tools").addObject().put("type", "function").put("name", "weather");
        tool.putObject("parameters")
                .put("type", "object")
                .putObject("properties")
                .putObject("at")
                .put("type", "string");
        JsonNode first = post("/v1/responses", request).body();
        JsonNode call = first.at("/output/0");
        assertThat(call.path("type").asText()).isEqualTo("function_call");
        ObjectNode second = JSON.createObjectNode().put("model", model);
        second.put("previous_response_id", first.path("id").asText());
        second.set("tools", request.get("tools"));
        second.putArray("input")
                .addObject()
                .put("type", "function_call_output")
                .put("call_id", call.path("call_id").asText())
                .put("output", "sun");
        Answer answer = post("/v1/responses", second);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().at("/output/0/type").asText()).isEqualTo("message");
        assertThat(answer.body().path("previous_response_id").asText())
                .isEqualTo(first.path("id").asText());
        assertThat(lastMessages())
                .extracting(message -> message.path("role").asText())
                .containsExactly("user", "assistant", "tool");
    }

    @Test
    void whatIsNotToBeStoredIsNotKept() throws Exception {
        JsonNode response = post("/v1/responses", request(fixture.chat("")).put("store", false))
                .body();
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(get("/v1/responses/" + response.path("id").asText()).status())
                .isEqualTo(404);
    }

    @Test
    void aDeletedResponseIsGone() throws Exception {
        String model = fixture.chat("");
        String id = post("/v1/responses", request(model)).body().path("id").asText();
        Answer deleted = send("DELETE", "/v1/responses/" + id, key, "");
        assertThat(deleted.body().path("deleted").asBoolean()).isTrue();
        assertThat(get("/v1/responses/" + id).status()).isEqualTo(404);
        assertThat(send("DELETE", "/v1/responses/" + id, key, "").status()).isEqualTo(404);
        Answer next = post("/v1/responses", request(model).put("previous_response_id", id));
        assertThat(next.status()).isEqualTo(404);
        assertThat(next.body().at("/error/param").asText()).isEqualTo("previous_response_id");
    }

    @Test
    @Tag("S-09")
    void nobodySeesResponsesOfAnotherAccount() throws Exception {
        String model = fixture.chat("");
        String id = post("/v1/responses", request(model)).body().path("id").asText();
        String foreign = fixture.key();
        assertThat(send("GET", "/v1/responses/" + id, foreign, "").status()).isEqualTo(404);
        assertThat(send("GET", "/v1/responses/" + id + "/input_items", foreign, "")
                        .status())
                .isEqualTo(404);
        assertThat(send("DELETE", "/v1/responses/" + id, foreign, "").status()).isEqualTo(404);
        Answer next = send(
                "POST",
                "/v1/responses",
                foreign,
                request(model).put("previous_response_id", id).toString());
        assertThat(next.status()).isEqualTo(404);
        assertThat(next.body().at("/error/code").asText()).isEqualTo("not_found");
        assertThat(get("/v1/responses/" + id).status()).isEqualTo(200);
    }

    @Test
    void whatIsKeptIsSealed() throws Exception {
        String secret = "secret-" + UUID.randomUUID();
        JsonNode response = post("/v1/responses", request(fixture.chat("")).put("input", secret))
                .body();
        long id = Ids.parse("resp", response.path("id").asText()).orElseThrow();
        byte[] content = database.engine()
                .withHandle(handle -> handle.createQuery("SELECT content FROM response WHERE id = :id")
                        .bind("id", id)
                        .mapTo(byte[].class)
                        .one());
        assertThat(new String(content, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain(secret);
    }

    @Test
    void aChainOfAThousandIsGoneOnFrom() throws Exception {
        assertThat(get("/v1/responses/resp_x").status()).isEqualTo(404);
        Principal owner = ((KeyVerdict.Verified) keys.verify(key, InetAddress.getLoopbackAddress())).principal();
        String previous = null;
        List<StoredResponses.Kept> turns = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ObjectNode body = JSON.createObjectNode().put("model", "m").put("input", "q" + i);
            if (previous != null) {
                body.put("previous_response_id", previous);
            }
            ResponsesRequest request = ResponsesRequest.accepted(body);
            long id = ids.next();
            ObjectNode response = JSON.createObjectNode().put("status", "completed");
            response.putArray("output");
            turns.add(StoredResponses.Kept.of(owner, new StoredResponse(id, request, response, 0)));
            previous = StoredResponse.name(id);
        }
        stored.keep(turns);
        Answer answer = post("/v1/responses", request(fixture.chat("")).put("previous_response_id", previous));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(lastMessages()).hasSize(1001);
    }

    @Test
    void oneThatCannotBeStoredDoesNotKeepOthersFromIt() throws Exception {
        assertThat(get("/v1/responses/resp_x").status()).isEqualTo(404);
        Principal owner = ((KeyVerdict.Verified) keys.verify(key, InetAddress.getLoopbackAddress())).principal();
        Principal nobody = new Principal(
                owner.keyId(),
                owner.family(),
                ids.next(),
                owner.member(),
                owner.type(),
                owner.scopes(),
                owner.rates(),
                owner.accountRates(),
                owner.groups(),
                owner.cutStreams(),
                owner.expiresAtMillis(),
                owner.version());
        ResponsesRequest request = ResponsesRequest.accepted(
                JSON.createObjectNode().put("model", "m").put("input", "x"));
        List<Long> made = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(30);
        for (int i = 0; i < 30; i++) {
            made.add(ids.next());
            ObjectNode response = JSON.createObjectNode().put("status", "completed");
            writer.add(
                    StoredResponses.Kept.of(
                            i == 7 ? nobody : owner, new StoredResponse(made.getLast(), request, response, 0)),
                    told::countDown);
        }
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 30; i++) {
            assertThat(get("/v1/responses/" + StoredResponse.name(made.get(i))).status())
                    .isEqualTo(i == 7 ? 404 : 200);
        }
    }

    @Test
    void inputItemsComePageByPage() throws Exception {
        ObjectNode request = request(fixture.chat(""));
        var input = request.putArray("input");
        for (String text : List.of("a", "b", "c")) {
            input.addObject().put("role", "user").put("content", text);
        }
        String id = post("/v1/responses", request).body().path("id").asText();
        JsonNode first =
                get("/v1/responses/" + id + "/input_items?order=asc&limit=2").body();
        assertThat(first.path("data").findValuesAsText("text")).containsExactly("a", "b");
        assertThat(first.path("has_more").asBoolean()).isTrue();
        JsonNode rest = get("/v1/responses/" + id + "/input_items?order=asc&after="
                        + first.path("last_id").asText())
                .body();
        assertThat(rest.path("data").findValuesAsText("text")).containsExactly("c");
        assertThat(rest.path("has_more").asBoolean()).isFalse();
        assertThat(get("/v1/responses/" + id + "/input_items")
                        .body()
                        .path("data")
                        .findValuesAsText("text"))
                .containsExactly("c", "b", "a");
        assertThat(get("/v1/responses/" + id + "/input_items?after=item_x").status())
                .isEqualTo(400);
    }

    @Test
    void wrongFieldsAndUnknownModelsAreNamed() throws Exception {
        String model = fixture.chat("");
        Answer wrong = post("/v1/responses", request(model).put("temperature", "hot"));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body().at("/error/param").asText()).isEqualTo("temperature");
        assertThat(wrong.body().at("/error/request_id").asText()).startsWith("req_");
        Answer hosted = post("/v1/responses", withTool(request(model), "web_search"));
        assertThat(hosted.status()).isEqualTo(400);
        assertThat(hosted.body().at("/error/message").asText()).contains("web_search");
        assertThat(post("/v1/responses", request("no-such-model")).status()).isEqualTo(404);
        assertThat(get("/v1/responses/resp_nonsense").status()).isEqualTo(404);
        assertThat(send("POST", "/v1/responses", key, "{")
                        .body()
                        .at("/error/code")
                        .asText())
                .isEqualTo("invalid_json");
    }

    @Test
    void aKeyWithoutTheScopeIsRefused() throws Exception {
        KeyScopes chatOnly = new KeyScopes(Set.of("chat"), List.of(), Set.of(), List.of(), Set.of());
        String narrow = fixture.key(KeyType.INFERENCE, chatOnly, Rates.UNLIMITED);
        Answer refused =
                send("POST", "/v1/responses", narrow, request(fixture.chat("")).toString());
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().at("/error/code").asText()).isEqualTo("scope_denied");
        assertThat(send("GET", "/v1/responses/resp_x", narrow, "").status()).isEqualTo(403);
    }

    @Test
    void aProvidersFailureIsAnErrorBeforeTheFirstEventAndAnEventAfterIt() throws Exception {
        Answer broken = post("/v1/responses", request(fixture.chat("500")));
        assertThat(broken.status()).isEqualTo(502);
        assertThat(broken.body().at("/error/code").asText()).isEqualTo("upstream_error");

        Answer cut = post("/v1/responses", request(fixture.chat("cut?after=3")).put("stream", true));
        assertThat(cut.status()).isEqualTo(200);
        List<JsonNode> events = cut.events();
        assertThat(events.get(events.size() - 2).path("type").asText()).isEqualTo("error");
        assertThat(events.get(events.size() - 2).path("code").asText()).isEqualTo("upstream_disconnected");
        assertThat(events.getLast().path("type").asText()).isEqualTo("response.failed");
        assertThat(events.getLast().at("/response/status").asText()).isEqualTo("failed");
        assertThat(events.getLast().at("/response/output/0/content/0/text").asText())
                .isNotEmpty();
    }

    @Test
    void aProvidersRefusalIsPassedOn() throws Exception {
        Answer refused = post("/v1/responses", request(fixture.chat("400?message=too-odd")));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/message").asText()).contains("too-odd");
    }

    @Test
    void reasoningOfAModelIsAnItemOfItsOwn() throws Exception {
        String model =
                fixture.model("reasoner-" + UUID.randomUUID(), ModelType.CHAT, fixture.target(0, "sim-reasoner"));
        JsonNode response = post("/v1/responses", request(model)).body();
        assertThat(response.at("/output/0/type").asText()).isEqualTo("reasoning");
        assertThat(response.at("/output/0/content/0/text").asText()).isNotEmpty();
        assertThat(response.at("/output/1/type").asText()).isEqualTo("message");
        assertThat(response.at("/usage/output_tokens_details/reasoning_tokens").asInt())
                .isPositive();
    }

    @Test
    void aRepeatWithAnIdempotencyKeyGetsTheSameResponse() throws Exception {
        String once = UUID.randomUUID().toString();
        String body = request(fixture.chat("")).toString();
        Answer first = send("POST", "/v1/responses", key, body, "Idempotency-Key", once);
        Answer again = send("POST", "/v1/responses", key, body, "Idempotency-Key", once);
        assertThat(first.status()).isEqualTo(200);
        assertThat(again.text()).isEqualTo(first.text());
    }

    private List<JsonNode> lastMessages() throws IOException {
        List<JsonNode> messages = new ArrayList<>();
        ReceivedRequests.Received received = fixture.simulated.received().last(256).stream()
                .filter(one -> one.body().toString().contains(own))
                .reduce((before, after) -> after)
                .orElseThrow();
        JSON.readTree(received.body().toString()).path("messages").forEach(messages::add);
        return messages;
    }

    private ObjectNode request(String model) {
        return JSON.createObjectNode().put("model", model).put("input", own);
    }

    private static ObjectNode withTool(ObjectNode request, String type) {
        request.putArray("tools").addObject().put("type", type);
        return request;
    }

    private void awaitRow(String count) throws Exception {
        await(() -> number(count) != 0);
        assertThat(number(count)).isEqualTo(1);
    }
}
