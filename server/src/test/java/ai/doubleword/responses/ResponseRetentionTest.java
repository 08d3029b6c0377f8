package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.platform.Database;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// For how long an account keeps its responses, and how requests and responses lead to each other.
@QuarkusTest
class ResponseRetentionTest {
    private static final String RETENTION = "/admin/api/v1/response-retention";
    private static final String STORAGE = "/admin/api/v1/response-storage";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server;

    @Inject
    Accounts accounts;

    @Inject
    TestKeys keys;

    @Inject
    DataPlaneFixture models;

    @Inject
    Database database;

    @Inject
    StoredResponses stored;

    private String model = "";

    @BeforeEach
    void makeModel() {
        model = models.chat("");
    }

    @Test
    void anAccountChoosesWithinWhatTheOperatorAllows() {
        User user = keys.newUser();
        Http api = keys.as(server, user, user.account());
        assertThat(api.get(RETENTION).body()).hasToString("{\"days\":30,\"default_days\":30,\"longest_days\":365}");
        assertThat(put(api, "{\"days\":7}").body())
                .hasToString("{\"days\":7,\"chosen\":7,\"default_days\":30,\"longest_days\":365}");
        for (String wrong : new String[] {"0", "-1", "366"}) {
            assertThat(put(api, "{\"days\":" + wrong + "}").status()).as(wrong).isEqualTo(400);
        }
        assertThat(put(api, "{\"days\":null}").body().path("days").asInt()).isEqualTo(30);
    }

    @Test
    void itHoldsForWhatIsStoredAlready() throws Exception {
        User user = keys.newUser();
        Http api = keys.as(server, user, user.account());
        String key = keys.inferenceKey(user);
        String old = respond(key);
        database.engine()
                .useHandle(handle -> handle.execute(
                        "UPDATE response SET expires_at = expires_at - interval '2 days' WHERE account = ?",
                        user.account()));
        String young = respond(key);
        put(api, "{\"days\":1}");
        String youngest = respond(key);

        assertThat(get(key, "/v1/responses/" + old).statusCode()).isEqualTo(404);
        assertThat(get(key, "/v1/responses/" + young).statusCode()).isEqualTo(200);
        assertThat(get(key, "/v1/responses/" + youngest).statusCode()).isEqualTo(200);
        long found = database.engine()
                .withHandle(handle -> handle.createQuery("""
                                        SELECT count(*) FROM response
                                        WHERE account = :account AND expires_at < now() + interval '1 day'
                                        """)
                        .bind("account", user.account())
                        .mapTo(Long.class)
                        .one());
        assertThat(found).isEqualTo(3);
        put(api, "{\"days\":90}");
        assertThat(get(key, "/v1/responses/" + young).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsPastItsTimeIsRemovedOfEveryAccount() throws Exception {
        List<User> users = List.of(keys.newUser(), keys.newUser(), keys.newUser());
        for (User user : users) {
            String key = keys.inferenceKey(user);
            respond(key);
            respond(key);
            database.engine()
                    .useHandle(handle -> handle.execute(
                            "UPDATE response SET expires_at = now() - interval '1 second' WHERE account = ?",
                            user.account()));
            respond(key);
        }
        stored.expire();
        for (User user : users) {
            long left = database.engine().withHandle(handle -> ResponseStore.count(handle, user.account()));
            assertThat(left).isEqualTo(1);
        }
    }

    @Test
    void ownersSayItOnThePageOfSettingsAndMembersDoNot() {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User owner = users.make(UserRole.USER);
        User member = users.make(UserRole.USER);
        Organization acme = accounts.createOrganization("o-" + UUID.randomUUID(), "Acme", owner.id());
        accounts.putMember(acme.id(), member.id(), MemberRole.MEMBER, true);
        Browser browser = users.signIn(owner);
        String place = "/o/" + acme.slug();
        assertThat(browser.get(place + "/settings").body()).contains("Stored responses", "30 days");

        assertThat(browser.form(place + "/response-retention", "days", "7").location())
                .endsWith(place + "/settings");
        assertThat(browser.get(place + "/settings").body()).contains("value=\"7\" checked");
        assertThat(browser.get(place + "/responses").body()).contains("kept for 7 days");
        assertThat(browser.get("/settings").body()).contains("value=\"0\" checked");
        assertThat(users.signIn(member)
                        .form(place + "/response-retention", "days", "1")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anAccountMayKeepOnlyWhatSaysSo() throws Exception {
        User user = keys.newUser();
        Http api = keys.as(server, user, user.account());
        String key = keys.inferenceKey(user);
        assertThat(api.get(STORAGE).body()).hasToString("{\"stored\":true}");
        assertThat(api.send("PUT", STORAGE, "{}").status()).isEqualTo(400);
        assertThat(api.send("PUT", STORAGE, "{\"stored\":false}").body()).hasToString("{\"stored\":false}");

        String idempotent = "\"store\":null";
        for (String unsaid : new String[] {"\"store\":null", "\"stream\":false", "\"store\":false"}) {
            JsonNode made = new ObjectMapper().readTree(ask(key, unsaid).body());
            assertThat(made.path("store").asBoolean(true)).as(unsaid).isFalse();
            assertThat(get(key, "/v1/responses/" + made.path("id").asText()).statusCode())
                    .isEqualTo(404);
        }
        JsonNode kept = new ObjectMapper().readTree(ask(key, "\"store\":true").body());
        assertThat(get(key, "/v1/responses/" + kept.path("id").asText()).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = ask(key, "\"background\":true");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("`store: true`", "\"param\":\"store\"");
        assertThat(ask(key, "\"background\":true,\"store\":true").statusCode()).isEqualTo(200);

        assertThat(ask(key, idempotent, "idempotency-key", "once").statusCode()).isEqualTo(200);
        HttpResponse<String> again = ask(key, idempotent, "idempotency-key", "once");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("idempotency_replay_unavailable");

        api.send("PUT", STORAGE, "{\"stored\":true}");
        assertThat(get(key, "/v1/responses/" + respond(key)).statusCode()).isEqualTo(200);
    }

    @Test
    void whetherResponsesAreKeptIsSaidOnThePageOfSettingsAndByAdministrators() {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User owner = users.make(UserRole.USER);
        User member = users.make(UserRole.USER);
        Organization acme = accounts.createOrganization("o-" + UUID.randomUUID(), "Acme", owner.id());
        accounts.putMember(acme.id(), member.id(), MemberRole.MEMBER, true);
        String place = "/o/" + acme.slug();
        Browser browser = users.signIn(owner);
        assertThat(browser.get(place + "/settings").body()).contains("name=\"stored\" value=\"true\" checked");
        browser.form(place + "/response-storage", "stored", "false");
        assertThat(browser.get(place + "/settings").body()).contains("name=\"stored\" value=\"false\" checked");
        assertThat(browser.get("/settings").body()).contains("name=\"stored\" value=\"true\" checked");
        assertThat(users.signIn(member)
                        .form(place + "/response-storage", "stored", "true")
                        .status())
                .isEqualTo(403);

        String others = "/admin/api/v1/accounts/" + acme.slug() + "/response-storage";
        Http root = keys.administering(server, users.make(UserRole.ADMINISTRATOR));
        assertThat(root.get(others).body()).hasToString("{\"stored\":false}");
        assertThat(root.send("PUT", others, "{\"stored\":true}").body()).hasToString("{\"stored\":true}");
        assertThat(keys.as(server, owner, owner.account()).get(others).status()).isEqualTo(403);
    }

    @Test
    void aRequestLeadsToItsResponseAndBack() throws Exception {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User user = users.make(UserRole.USER);
        String response = respond(keys.inferenceKey(user));
        String request = response.replace("resp_", "req_");
        Browser browser = users.signIn(user);
        ai.doubleword.keys.Await.until(
                () -> browser.get("/me/requests/" + request).status() == 200);
        assertThat(browser.get("/me/requests/" + request).body()).contains("href=\"/me/responses/" + response + "\"");
        assertThat(browser.get("/me/responses/" + response).body())
                .contains("href=\"/me/requests/" + request + "\"", "Cost", "Tell me of tides.");
        browser.form("/me/responses/" + response + "/delete");
        assertThat(browser.get("/me/requests/" + request).body()).doesNotContain("/me/responses/" + response);
    }

    private static Http.Answer put(Http api, String body) {
        return api.send("PUT", RETENTION, body);
    }

    /// @return the response's id
    private String respond(String key) throws Exception {
        HttpResponse<String> answer = ask(key, "\"stream\":false");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body()).path("id").asText();
    }

    /// @param more of the request, as JSON
    private HttpResponse<String> ask(String key, String more, String... headers) throws Exception {
        String body = """
                {"model":"%s","input":"Tell me of tides.",%s}
                """.formatted(model, more);
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/v1/responses"))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return CLIENT.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String key, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("authorization", "Bearer " + key)
                        .build(),
                BodyHandlers.ofString());
    }
}
