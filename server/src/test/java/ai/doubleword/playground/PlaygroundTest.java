package ai.doubleword.playground;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.keys.ApiKey;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.Keys;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.ModelType;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PlaygroundTest {
    private static final String CHAT = "/me/playground/calls/chat";
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]";
    private static final String DEMO = "{\"model\":\"doubleword-demo\",\"stream\":true," + HELLO + "}";

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    DataPlaneFixture models;

    @TestHTTPResource("/")
    URI server;

    private User user;
    private Browser browser;

    @BeforeEach
    void signIn() {
        user = SignedIn.user(accounts, UserRole.USER);
        browser = SignedIn.browser(server, user).with("Accept", "application/json");
    }

    @Test
    void anAnswerStreamsAndEndsWithWhatItCameTo() throws InterruptedException {
        Browser.Answer answer = browser.json("POST", CHAT, DEMO);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(header(answer, "content-type")).startsWith("text/event-stream");
        assertThat(header(answer, "x-accel-buffering")).isEqualTo("no");
        assertThat(answer.body())
                .contains("\"delta\"", "data: [DONE]\n\nevent: outcome\ndata: {")
                .containsPattern("\"cause\":\"completed\",\"cost\":\"\\$0\\.\\d+\",\"input_tokens\":[1-9]")
                .containsPattern("\"first_token_ms\":[0-9.]+,\"total_ms\":[0-9.]+,\"tokens_per_second\":[1-9]");

        String request = "/me/requests/" + header(answer, "x-request-id");
        browser.with("Accept", "text/html");
        Await.until(() -> browser.get(request).status() == 200);
        assertThat(browser.get(request).body()).contains("doubleword-demo", "key_" + key().id());
        assertThat(browser.get("/me/usage?by=key").body()).contains("Playground");
    }

    @Test
    void manyModelsAtOnceGoByOneKeyOfTheUser() {
        List<Browser.Answer> answers = IntStream.range(0, 4)
                .parallel()
                .mapToObj(i -> browser.json("POST", CHAT, DEMO))
                .toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(keys.list(user.account(), 0, 10).keys()).singleElement().satisfies(key -> {
            assertThat(key.terms().name()).isEqualTo("Playground");
            assertThat(key.createdBy()).isEqualTo(user.id());
        });
    }

    @Test
    void limitsHoldAsForAnyKey() {
        assertThat(browser.json("POST", CHAT, DEMO).status()).isEqualTo(200);
        KeyTerms terms = key().terms();
        keys.change(
                user.account(),
                key().id(),
                before -> new KeyTerms(terms.name(), "", terms.scopes(), new Rates(1, 0, 0), false, Map.of(), null),
                Set.of());
        Browser.Answer last = browser.json("POST", CHAT, DEMO);
        for (int i = 0; i < 50 && last.status() == 200; i++) {
            last = browser.json("POST", CHAT, DEMO);
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.json().path("message").asText()).contains("requests per minute of this key");
        assertThat(header(last, "retry-after")).isNotEmpty();
    }

    @Test
    void aRevokedKeyIsReplacedAtTheNextCall() {
        browser.json("POST", CHAT, DEMO);
        ApiKey first = key();
        keys.revoke(user.account(), first.id(), null, "");
        assertThat(browser.json("POST", CHAT, DEMO).status()).isEqualTo(200);
        assertThat(keys.list(user.account(), 0, 10).keys()).hasSize(2);
    }

    @Test
    void whatGoesWrongSaysSoWithTheRequestsId() {
        Browser.Answer unknown = browser.json("POST", CHAT, DEMO.replace("doubleword-demo", "no-such-model"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().path("message").asText()).contains("'no-such-model' does not exist");
        assertThat(unknown.json().path("request_id").asText()).isEqualTo(header(unknown, "x-request-id"));

        Browser.Answer broken = browser.json("POST", CHAT, "{\"model\":");
        assertThat(broken.status()).isEqualTo(400);

        String failing = models.chat("400?message=the%20prompt%20is%20odd");
        Browser.Answer passed = browser.json("POST", CHAT, DEMO.replace("doubleword-demo", failing));
        assertThat(passed.status()).isEqualTo(400);
        assertThat(passed.body()).contains("odd");
    }

    @Test
    void stoppingCancelsTheModelAndIsRecorded() throws IOException, InterruptedException {
        String stalling = models.chat("stall?after=2");
        long before = models.simulated.counts().cancelled();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> answer = client.send(
                    HttpRequest.newBuilder(server.resolve(CHAT))
                            .header("Cookie", browser.cookie())
                            .header("X-CSRF-Token", browser.csrf())
                            .header("Origin", "http://localhost:8080")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(DEMO.replace("doubleword-demo", stalling)))
                            .build(),
                    BodyHandlers.ofInputStream());
            BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).startsWith("data: ");
            assertThat(models.simulated.counts().cancelled()).isEqualTo(before);
            answer.body().close();
            Await.until(() -> models.simulated.counts().cancelled() > before);
            String id = answer.headers().firstValue("x-request-id").orElseThrow();
            browser.with("Accept", "text/html");
            Await.until(() -> browser.get("/me/requests/" + id).status() == 200);
            assertThat(browser.get("/me/requests/" + id).body()).contains("client_gone");
        }
    }

    @Test
    void textsBecomeVectors() {
        String model = models.model("emb-" + UUID.randomUUID(), ModelType.EMBEDDING, models.target(0, "sim-embedding"));
        Browser.Answer answer = browser.json(
                "POST",
                "/me/playground/calls/embeddings",
                "{\"model\":\"%s\",\"input\":[\"a cat\",\"a kitten\"],\"encoding_format\":\"float\"}".formatted(model));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/answer/data")).hasSize(2);
        assertThat(answer.json().at("/answer/data/0/embedding")).isNotEmpty();
        assertThat(answer.json().at("/outcome/input_tokens").asInt()).isPositive();
    }

    @Test
    void inAnOrganizationItIsTheOrganizationsCall() {
        Organization acme = organization();
        assertThat(browser.json("POST", "/o/" + acme.slug() + "/playground/calls/chat", DEMO)
                        .status())
                .isEqualTo(200);
        assertThat(keys.list(acme.account(), 0, 10).keys())
                .singleElement()
                .satisfies(key -> assertThat(key.createdBy()).isEqualTo(user.id()));
        assertThat(keys.list(user.account(), 0, 10).keys()).isEmpty();
    }

    @Test
    @Tag("S-09")
    void whoMayNotMakeKeysHereMayNotCallFromHere() {
        Organization acme = organization();
        String page = "/o/" + acme.slug() + "/playground";
        User member = SignedIn.user(accounts, UserRole.USER);
        Browser theirs = SignedIn.browser(server, member);
        assertThat(theirs.get(page).status()).isEqualTo(404);
        assertThat(theirs.json("POST", page + "/calls/chat", DEMO).status()).isEqualTo(404);

        accounts.putMember(acme.id(), member.id(), MemberRole.MEMBER, false);
        assertThat(theirs.get(page).body()).contains("needs the right to manage keys in Acme");
        assertThat(theirs.with("Accept", "application/json")
                        .json("POST", page + "/calls/chat", DEMO)
                        .status())
                .isEqualTo(403);
        assertThat(keys.list(acme.account(), 0, 10).keys()).isEmpty();
    }

    @Test
    @Tag("S-14")
    void anotherSiteCannotCallFromHere() {
        assertThat(browser.without("X-CSRF-Token").json("POST", CHAT, DEMO).status())
                .isEqualTo(403);
        assertThat(keys.list(user.account(), 0, 10).keys()).isEmpty();
    }

    @Test
    void aCallThatWaitsForRoomIsBoughtAsFlex() throws InterruptedException {
        Browser.Answer answer =
                browser.json("POST", CHAT, DEMO.replace("\"stream\"", "\"service_tier\":\"flex\",\"stream\""));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"delta\"", "event: outcome");
        browser.with("Accept", "text/html");
        Await.until(() -> browser.get("/me/requests?tier=flex").body().contains(header(answer, "x-request-id")));
    }

    @Test
    void thePageOffersTheModelsOfItsKind() {
        browser.with("Accept", "text/html");
        assertThat(browser.get("/me/playground").body())
                .contains(
                        "<option value=\"doubleword-demo\" data-realtime=\"$",
                        "data-sold-flex",
                        "System prompt",
                        "<strong>Personal</strong> pays")
                .doesNotContain("all-minilm-l6-v2");
        assertThat(browser.get("/me/playground?mode=embeddings").body())
                .contains("<option>all-minilm-l6-v2</option>")
                .doesNotContain("<option>doubleword-demo</option>");
        assertThat(browser.get("/playground").location()).endsWith("/me/playground");
    }

    @Test
    void theConversationIsShownAsCodeInEveryLanguageAndAsALine() {
        browser.with("Accept", "text/html");
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"<script>alert(1)</script>\"}]}";
        for (String language : List.of("curl", "python", "javascript", "java", "go", "jsonl")) {
            Browser.Answer answer = browser.form("/me/playground/code", "language", language, "body", body);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .as(language)
                    .contains("value=\"" + language + "\" aria-current=\"true\"", "&lt;script&gt;alert(1)")
                    .doesNotContain("<script>", "doubleword-demo");
        }
    }

    private Organization organization() {
        return accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", user.id());
    }

    private ApiKey key() {
        return keys.list(user.account(), 0, 1).keys().getFirst();
    }

    private static String header(Browser.Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }
}
