package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Webhooks by API, delivered over real HTTP to a receiver of this test.
@QuarkusTest
@Tag("S-13")
class WebhooksHttpTest {
    private static final String HOOKS = "/admin/api/v1/users/current/webhooks";

    @Inject
    TestKeys keys;

    @Inject
    Accounts accounts;

    @Inject
    DataPlaneFixture models;

    @TestHTTPResource("/")
    URI server;

    private final TestReceiver receiver = new TestReceiver();
    private User user;
    private Http ops;

    @BeforeEach
    void newUser() {
        user = keys.newUser();
        ops = keys.as(server, user, user.account());
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void aWebhookIsWhatExistingClientsRead() {
        Http.Answer made = ops.post(HOOKS, """
                {"url":"%s","event_types":["batch.completed"],"description":"for search","later":"field"}
                """.formatted(receiver.url()));
        assertThat(made.status()).as(made.message()).isEqualTo(201);
        assertThat(made.response().headers().firstValue("cache-control")).contains("no-store");
        JsonNode hook = made.body();
        assertThat(hook.get("id").asText()).matches("whk_[0-9A-Za-z]{11}");
        assertThat(hook.get("user_id").asText()).isEqualTo(Ids.format(User.PREFIX, user.id()));
        assertThat(hook.get("enabled").isBoolean()).isTrue();
        assertThat(hook.get("created_at").isTextual()).isTrue();
        assertThat(hook.get("updated_at").isTextual()).isTrue();
        assertThat(hook.get("secret").asText()).matches("whsec_[0-9A-Za-z+/=]{44}");
        assertThat(hook.get("event_types")).hasToString("[\"batch.completed\"]");

        JsonNode list = ops.get(HOOKS).body();
        assertThat(list.isArray()).isTrue();
        assertThat(list.size()).isEqualTo(1);
        assertThat(list.get(0).has("secret")).isFalse();
        assertThat(ops.get("/admin/api/v1/users/" + Ids.format(User.PREFIX, user.id()) + "/webhooks")
                        .body())
                .isEqualTo(list);

        JsonNode changed = ops.patch(path(hook), "{\"event_types\":[],\"description\":\"\",\"enabled\":false}")
                .body();
        assertThat(changed.has("event_types")).isFalse();
        assertThat(changed.get("enabled").booleanValue()).isFalse();
        assertThat(changed.get("disabled_because").asText()).isEqualTo("It was disabled by hand.");
        assertThat(changed.get("url").asText()).isEqualTo(receiver.url());

        JsonNode rotated = ops.send("POST", path(hook) + "/rotate-secret", null).body();
        assertThat(rotated.get("secret").asText())
                .startsWith("whsec_")
                .isNotEqualTo(hook.get("secret").asText());
        assertThat(rotated.has("previous_secret_until")).isTrue();

        assertThat(ops.delete(path(hook)).status()).isEqualTo(204);
        assertThat(ops.get(path(hook)).status()).isEqualTo(404);
        assertThat(ops.get(HOOKS).body().size()).isZero();
    }

    @Test
    void aTestEventArrivesVerifiesAndStandsInTheLog() throws Exception {
        receiver.answer(200, "<b>thanks</b>");
        JsonNode hook = create();
        String event = ops.post(path(hook) + "/test", "").body().get("event").asText();

        JsonNode delivery = await(hook, event, "delivered");
        TestReceiver.Message message = receiver.messages.getFirst();
        assertThat(message.id()).isEqualTo(event);
        verify(hook.get("secret").asText(), message);
        assertThat(delivery.get("payload").get("type").asText()).isEqualTo("webhook.test");
        assertThat(delivery.at("/log/0/status").intValue()).isEqualTo(200);
        assertThat(delivery.at("/log/0/answer").asText()).isEqualTo("<b>thanks</b>");
        assertThat(delivery.at("/log/0/latency_ms").isInt()).isTrue();

        JsonNode page =
                ops.get(path(hook) + "/deliveries?state=delivered&limit=5").body();
        assertThat(page.at("/data/0/event").asText()).isEqualTo(event);
        assertThat(page.get("has_more").booleanValue()).isFalse();
        assertThat(ops.get(path(hook) + "/deliveries?after=" + event)
                        .body()
                        .get("data")
                        .size())
                .isZero();
    }

    @Test
    void aFailedDeliveryIsSentAgainByHandUnderTheSameId() throws Exception {
        receiver.answer(500, "no");
        JsonNode hook = create();
        String event = ops.post(path(hook) + "/test", "").body().get("event").asText();
        Await.until(() -> ops.get(path(hook) + "/deliveries/" + event).body().has("last"));
        JsonNode waiting = ops.get(path(hook) + "/deliveries/" + event).body();
        assertThat(waiting.get("state").asText()).isEqualTo("waiting");
        assertThat(waiting.has("next_attempt_at")).isTrue();
        assertThat(ops.get(path(hook)).body().has("failing_since")).isTrue();

        receiver.answer(204, "");
        assertThat(ops.post(path(hook) + "/deliveries/" + event + "/redeliver", "")
                        .status())
                .isEqualTo(202);
        await(hook, event, "delivered");
        assertThat(receiver.messages).extracting(TestReceiver.Message::id).containsOnly(event);
        assertThat(ops.get(path(hook)).body().has("failing_since")).isFalse();
    }

    @Test
    void aBatchThatEndsIsHeardOf() throws Exception {
        JsonNode hook = create();
        String batch = batch(keys.inferenceKey(user));
        Await.until(() ->
                receiver.messages.stream().anyMatch(message -> message.body().contains("batch.completed")));
        TestReceiver.Message message = receiver.messages.stream()
                .filter(each -> each.body().contains("batch.completed"))
                .findFirst()
                .orElseThrow();
        assertThat(message.body())
                .contains("\"data\":{\"id\":\"" + batch + "\",\"status\":\"completed\"")
                .contains("\"request_counts\":{\"total\":2,\"completed\":2,\"failed\":0}");
        verify(hook.get("secret").asText(), message);
    }

    @Test
    void eachBackgroundResponseIsHeardOfOnceAsItEnded() throws Exception {
        JsonNode hook = create();
        String key = keys.inferenceKey(user);
        Map<String, String> wanted = Map.of(
                background(key, models.chat(""), 0), "response.completed",
                background(key, models.chat(""), 1), "response.incomplete",
                background(key, models.chat("400?message=odd"), 0), "response.failed",
                cancelled(key, background(key, models.chat("slow-first-byte?ms=60000"), 0)), "response.cancelled");

        Await.until(() -> receiver.messages.size() >= wanted.size());
        assertThat(receiver.messages).hasSize(wanted.size());
        for (TestReceiver.Message message : receiver.messages) {
            verify(hook.get("secret").asText(), message);
        }
        wanted.forEach((id, type) -> assertThat(receiver.messages)
                .as(type)
                .anySatisfy(message -> assertThat(message.body())
                        .contains("\"type\":\"" + type + "\"")
                        .endsWith("\"data\":{\"id\":\"" + id + "\"}}")));
    }

    private String background(String key, String model, int maxTokens) throws Exception {
        String limit = maxTokens == 0 ? "" : ",\"max_output_tokens\":" + maxTokens;
        return send(key, "/v1/responses", "application/json", """
                {"model":"%s","input":"Tell me of harbours.","background":true%s}
                """.formatted(model, limit));
    }

    private String cancelled(String key, String id) throws Exception {
        return send(key, "/v1/responses/" + id + "/cancel", "application/json", "");
    }

    @Test
    void theSameRequestTwiceMakesOneWebhookAndTellsItsSecretAgain() {
        String once = UUID.randomUUID().toString();
        String body = "{\"url\":\"" + receiver.url() + "\"}";
        JsonNode first = ops.post(HOOKS, body, "Idempotency-Key", once).body();
        JsonNode second = ops.post(HOOKS, body, "Idempotency-Key", once).body();
        assertThat(second).isEqualTo(first);
        assertThat(ops.get(HOOKS).body().size()).isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertThat(ops.post(HOOKS, "{}").message()).contains("Name the url");
        Http.Answer inside = ops.post(HOOKS, "{\"url\":\"https://10.0.0.1/hooks\"}");
        assertThat(inside.status()).isEqualTo(400);
        assertThat(inside.message()).contains("public addresses only");
        assertThat(ops.post(HOOKS, "{\"url\":\"https://example.com/\",\"event_types\":[\"batch.done\"]}")
                        .message())
                .contains("There is no event 'batch.done'")
                .contains("batch.completed");
        assertThat(ops.post(HOOKS, "{\"url\":\"https://example.com/\",\"scope\":\"all\"}")
                        .message())
                .contains("scope");
        JsonNode hook = create();
        assertThat(ops.send("POST", path(hook) + "/rotate-secret", "{\"overlap\":\"2h\"}")
                        .status())
                .isEqualTo(400);
        assertThat(ops.get(path(hook) + "/deliveries?state=lost").status()).isEqualTo(400);
    }

    @Test
    @Tag("S-09")
    void anothersWebhooksDoNotExist() {
        JsonNode hook = create();
        String event = ops.post(path(hook) + "/test", "").body().get("event").asText();
        Http stranger = keys.user(server);
        for (String path : List.of(path(hook), path(hook) + "/deliveries", path(hook) + "/deliveries/" + event)) {
            assertThat(stranger.get(path).status()).as(path).isEqualTo(404);
        }
        for (String path : List.of(
                path(hook) + "/test",
                path(hook) + "/rotate-secret",
                path(hook) + "/deliveries/" + event + "/redeliver")) {
            assertThat(stranger.send("POST", path, null).status()).as(path).isEqualTo(404);
        }
        assertThat(stranger.patch(path(hook), "{\"enabled\":false}").status()).isEqualTo(404);
        assertThat(stranger.delete(path(hook)).status()).isEqualTo(404);
        assertThat(stranger.get("/admin/api/v1/users/" + Ids.format(User.PREFIX, user.id()) + "/webhooks")
                        .status())
                .isEqualTo(404);
        assertThat(ops.get(path(hook)).body().get("enabled").booleanValue()).isTrue();
    }

    @Test
    void anOrganizationsWebhooksAreItsOwnersAndAdminsToManage() {
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "Acme", user.id());
        User member = keys.newUser();
        accounts.putMember(organization.id(), member.id(), MemberRole.MEMBER, true);
        Http owner = keys.as(server, user, organization.account());
        assertThat(owner.post(HOOKS, "{\"url\":\"" + receiver.url() + "\"}").status())
                .isEqualTo(201);
        assertThat(owner.get("/admin/api/v1/users/" + Ids.format(Organization.PREFIX, organization.id()) + "/webhooks")
                        .body()
                        .size())
                .isEqualTo(1);
        assertThat(ops.get(HOOKS).body().size()).as("of the personal account").isZero();
        Http.Answer refused = keys.as(server, member, organization.account()).get(HOOKS);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).contains("'webhooks'");
    }

    private JsonNode create() {
        Http.Answer made = ops.post(HOOKS, "{\"url\":\"" + receiver.url() + "\"}");
        assertThat(made.status()).as(made.message()).isEqualTo(201);
        return made.body();
    }

    private static String path(JsonNode hook) {
        return HOOKS + "/" + hook.get("id").asText();
    }

    private JsonNode await(JsonNode hook, String event, String state) throws InterruptedException {
        String path = path(hook) + "/deliveries/" + event;
        Await.until(() -> ops.get(path).body().path("state").asText().equals(state));
        return ops.get(path).body();
    }

    private static void verify(String secret, TestReceiver.Message message) throws Exception {
        new com.standardwebhooks.Webhook(secret)
                .verify(
                        message.body(),
                        HttpHeaders.of(
                                Map.of(
                                        "webhook-id", List.of(message.id()),
                                        "webhook-timestamp", List.of(message.timestamp()),
                                        "webhook-signature", List.of(message.signature())),
                                (name, value) -> true));
    }

    /// A batch of two lines; its id.
    private String batch(String key) throws IOException, InterruptedException {
        String model = models.chat("");
        StringBuilder lines = new StringBuilder();
        for (String id : List.of("a", "b")) {
            lines.append("""
                    {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                    "body":{"model":"%s","messages":[{"role":"user","content":"hello"}]}}
                    """.formatted(id, model));
        }
        String file = send(
                key,
                "/v1/files",
                "multipart/form-data; boundary=xx",
                "--xx\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--xx\r\n"
                        + "Content-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\r\n" + lines
                        + "\r\n--xx--\r\n");
        return send(
                key,
                "/v1/batches",
                "application/json",
                "{\"input_file_id\":\"" + file
                        + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}");
    }

    /// @return the `id` of what was made
    private String send(String key, String path, String type, String body) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(
                            HttpRequest.newBuilder(server.resolve(path))
                                    .header("authorization", "Bearer " + key)
                                    .header("content-type", type)
                                    .POST(BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            String id = new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(answer)
                    .path("id")
                    .asText();
            assertThat(id).as(answer).isNotEmpty();
            return id;
        }
    }
}
