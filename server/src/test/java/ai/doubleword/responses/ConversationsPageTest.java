package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The page **Conversations**, as a browser uses it.
@QuarkusTest
class ConversationsPageTest {
    private static final String PAGE = "/me/responses/conversations";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server;

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Test
    void aConversationIsListedReadAndDeleted() throws Exception {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User user = users.make(UserRole.USER);
        Browser browser = users.signIn(user);
        assertThat(browser.get(PAGE).body()).contains("<h1>Conversations</h1>", "No conversations yet");
        String id = made(user, """
                {"metadata":{"topic":"<bees>"},"items":[{"role":"user","content":"I keep **bees**."},\
                {"type":"function_call","name":"hives","call_id":"c","arguments":"{}"},\
                {"type":"function_call_output","call_id":"c","output":"<three>"}]}""");

        assertThat(browser.get("/me/responses").body()).contains("href=\"" + PAGE + "\"");
        assertThat(browser.get(PAGE).body()).contains(id, "topic: &lt;bees&gt;", PAGE + "/" + id);
        assertThat(browser.get(PAGE + "/" + id).body())
                .contains("User", "I keep **bees**.", "Calls hives", "Result", "&lt;three&gt;")
                .doesNotContain("<three>", "Go on");
        assertThat(browser.get(PAGE + "/" + id + "/delete").body()).contains("Delete conversation", "3 items");
        assertThat(browser.form(PAGE + "/" + id + "/delete").location()).endsWith(PAGE);
        assertThat(browser.get(PAGE + "/" + id).status()).isEqualTo(404);
        assertThat(browser.get(PAGE).body()).doesNotContain(id);
    }

    @Test
    void longOnesAreReadPageByPage() throws Exception {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User user = users.make(UserRole.USER);
        Browser browser = users.signIn(user);
        IssuedKey key = key(user);
        String id = post(key, "/v1/conversations", "{}").path("id").asText();
        for (int n = 0; n < 60; n += 20) {
            StringBuilder items = new StringBuilder("{\"items\":[");
            for (int i = n; i < n + 20; i++) {
                items.append(i == n ? "" : ",")
                        .append("{\"role\":\"user\",\"content\":\"said ")
                        .append(i)
                        .append(".\"}");
            }
            post(key, "/v1/conversations/" + id + "/items", items.append("]}").toString());
        }
        String first = browser.get(PAGE + "/" + id).body();
        assertThat(first).contains("said 0.", "said 49.", "Go on").doesNotContain("said 50.", "From the beginning");
        String next = first.replaceAll("(?s).*href=\"([^\"]*\\?after=[^\"]*)\".*", "$1");
        assertThat(browser.get(next).body())
                .contains("said 50.", "said 59.", "From the beginning")
                .doesNotContain("said 49.", "Go on");
    }

    @Test
    @Tag("S-09")
    void anothersConversationIsNotThere() throws Exception {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User owner = users.make(UserRole.USER);
        String id = made(owner, "{}");
        Browser stranger = users.signIn(users.make(UserRole.USER));
        assertThat(stranger.get(PAGE).body()).doesNotContain(id);
        assertThat(stranger.get(PAGE + "/" + id).status()).isEqualTo(404);
        assertThat(stranger.get(PAGE + "/" + id + "/delete").status()).isEqualTo(404);
        assertThat(stranger.form(PAGE + "/" + id + "/delete").status()).isEqualTo(404);
        assertThat(users.signIn(owner).get(PAGE + "/" + id).status()).isEqualTo(200);
    }

    private String made(User user, String body) throws Exception {
        return post(key(user), "/v1/conversations", body).path("id").asText();
    }

    private IssuedKey key(User user) {
        return keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("conversations"), Set.of());
    }

    private JsonNode post(IssuedKey key, String path, String body) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Authorization", "Bearer " + key.text().revealText())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
