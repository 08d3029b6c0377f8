package ai.doubleword.live;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Sessions;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LiveTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Inject
    Accounts accounts;

    @Inject
    Sessions sessions;

    @Inject
    Keys keys;

    @Inject
    LiveHub hub;

    @TestHTTPResource("/")
    URI server;

    private User user;
    private Browser browser;

    @BeforeEach
    void signIn() {
        user = SignedIn.user(accounts, UserRole.USER);
        browser = SignedIn.browser(server, user);
    }

    /// Streams would hold up the end of the server.
    @AfterEach
    void signOut() throws InterruptedException {
        sessions.endOthers(user.id(), 0);
        Await.until(() -> hub.watching() == 0);
    }

    /// A stream whose lines are gathered until it ends.
    private final class Stream {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final HttpResponse<java.io.InputStream> answer;
        final Thread reader;

        Stream(String path) throws IOException, InterruptedException {
            answer = CLIENT.send(
                    HttpRequest.newBuilder(server.resolve(path))
                            .header("Cookie", browser.cookie())
                            .build(),
                    BodyHandlers.ofInputStream());
            reader = Thread.startVirtualThread(() -> {
                try (BufferedReader in =
                        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                    in.lines().forEach(lines::add);
                } catch (IOException | java.io.UncheckedIOException e) {
                    lines.add("cut");
                }
            });
        }

        long changes() {
            return lines.stream().filter("event: changed"::equals).count();
        }
    }

    @Test
    void itSpeaksAtOnceAndWhenSomethingIsNew() throws Exception {
        Stream stream = new Stream("/me/live");
        assertThat(stream.answer.statusCode()).isEqualTo(200);
        assertThat(stream.answer.headers().firstValue("content-type").orElse(""))
                .startsWith("text/event-stream");
        assertThat(stream.answer.headers().firstValue("x-accel-buffering")).contains("no");
        // At once, and after the first look, which may have come before something unseen.
        Await.until(() -> stream.changes() == 2);

        String key = keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("k"), Set.of())
                .text()
                .revealText();
        Await.until(() -> stream.changes() == 3);

        SignedIn.stranger(server)
                .with("Authorization", "Bearer " + key)
                .json(
                        "POST",
                        "/v1/chat/completions",
                        "{\"model\":\"doubleword-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}");
        Await.until(() -> stream.changes() == 4);
        stream.answer.body().close();
    }

    @Test
    void anotherAccountsNewsIsNotHeard() throws Exception {
        Stream stream = new Stream("/me/live");
        Await.until(() -> stream.changes() == 2);
        User other = SignedIn.user(accounts, UserRole.USER);
        keys.issue(other.account(), other.id(), KeyType.INFERENCE, KeyTerms.named("k"), Set.of());
        hub.lookAgain();
        hub.lookAgain();
        keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("k"), Set.of());
        Await.until(() -> stream.changes() > 2);
        assertThat(stream.changes()).isEqualTo(3);
        stream.answer.body().close();
    }

    @Test
    @Tag("S-14")
    void itEndsWithTheSession() throws Exception {
        Stream stream = new Stream("/me/live");
        Await.until(() -> stream.changes() > 0);
        sessions.endOthers(user.id(), 0);
        stream.reader.join(60_000);
        assertThat(stream.reader.isAlive()).isFalse();
        assertThat(stream.lines).doesNotContain("cut");
    }

    @Test
    void whoeverIsGoneIsForgottenAtOnce() throws Exception {
        Stream stream = new Stream("/me/live");
        Await.until(() -> stream.changes() > 0);
        assertThat(hub.watching()).isPositive();
        stream.answer.body().close();
        Await.until(() -> hub.watching() == 0);
    }

    @Test
    void oneStreamTooManyEndsTheOldestOfTheSession() throws Exception {
        Stream oldest = new Stream("/me/live");
        Await.until(() -> oldest.changes() > 0);
        for (int i = 0; i < LiveHub.MOST; i++) {
            Stream next = new Stream("/me/live");
            Await.until(() -> next.changes() > 0);
        }
        oldest.reader.join(60_000);
        assertThat(oldest.reader.isAlive()).isFalse();
    }

    @Test
    @Tag("S-09")
    void foreignAccountsAndStrangersHearNothing() throws Exception {
        User owner = SignedIn.user(accounts, UserRole.USER);
        String slug = "org-" + UUID.randomUUID();
        accounts.createOrganization(slug, "Foreign", owner.id());
        assertThat(browser.get("/o/" + slug + "/live").status()).isEqualTo(404);
        assertThat(SignedIn.stranger(server)
                        .with("Accept", "text/event-stream")
                        .get("/me/live")
                        .status())
                .isNotEqualTo(200);
    }

    @Test
    void thePagesThatAreLiveSayWhereToListen() {
        assertThat(browser.get("/me/requests?live=on").body()).contains("data-live=\"/me/live\"");
        assertThat(browser.get("/me/requests").body()).doesNotContain("data-live");
        assertThat(browser.get("/me").body()).contains("data-live=\"/me/live\"");
    }
}
