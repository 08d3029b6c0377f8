package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.keys.Await;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The page **Responses**, as a browser uses it.
@QuarkusTest
class ResponsesPageTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TestHTTPResource("/")
    URI server;

    @Inject
    Accounts accounts;

    @Inject
    DataPlaneFixture fixture;

    private Browser signedIn() {
        SignedInUsers users = new SignedInUsers(accounts, server);
        return users.signIn(users.make(UserRole.USER));
    }

    @Test
    void aResponseIsComposedWatchedReadAndDeleted() throws Exception {
        Browser browser = signedIn();
        assertThat(browser.get("/me/responses").body()).contains("<h1>Responses</h1>", "No responses yet");
        assertThat(browser.get("/me/responses/new").body()).contains("New response", "Async, when there is room");
        String model = fixture.chat("");

        String page = create(
                browser, "model", model, "tier", "flex", "instructions", "Be short.", "input", "What is a <tide>?");

        String answered = await(browser, page, "completed");
        assertThat(answered)
                .contains("What is a &lt;tide&gt;?", "Be short.", model, "Async", "Delete")
                .doesNotContain("<tide>", "data-live", "Cancel</button>");
        Await.until(() -> browser.get(page).body().contains("href=\"/me/requests/req_"));
        String request = browser.get(page).body().replaceAll("(?s).*href=\"(/me/requests/req_[0-9A-Za-z]+)\".*", "$1");
        assertThat(browser.get(request).body())
                .contains("<dt>Response</dt>", "href=\"" + page + "\"")
                .doesNotContain("/me/batches/");
        assertThat(browser.get("/me/requests").body()).contains(request).doesNotContain("batch_");
        assertThat(browser.get("/me/responses").body()).contains("What is a &lt;tide&gt;?", "completed", model);
        String id = page.substring(page.lastIndexOf('/') + 1);
        assertThat(browser.get("/me/responses/new?again=" + id).body())
                .contains("What is a &lt;tide&gt;?", "Be short.");

        assertThat(browser.get(page + "/delete").body()).contains("Delete response", "cannot be brought back");
        assertThat(browser.form(page + "/delete").location()).endsWith("/me/responses");
        assertThat(browser.get(page).status()).isEqualTo(404);
        assertThat(browser.get(request).body()).doesNotContain("<dt>Response</dt>");
    }

    @Test
    void aResponseIsRepeatedAsABatch() throws Exception {
        Browser browser = signedIn();
        String model = fixture.chat("");
        String page = create(browser, "model", model, "tier", "flex", "instructions", "Be short.", "input", "A tide?");
        assertThat(await(browser, page, "completed")).contains("Repeat as batch", "data-markdown");
        String order = browser.form(page + "/batch").location().replaceFirst("^https?://[^/]*", "");
        assertThat(order).startsWith("/me/batches/new?file=file_");
        assertThat(browser.get(order).body()).contains(model, "Within 24h");
        String file = order.substring(order.indexOf('=') + 1);
        Browser.Answer ordered =
                browser.form("/me/batches/new", "file", file, "window", "24h", "name", "again", "key", "");
        assertThat(ordered.status()).as(ordered.body()).isEqualTo(303);
        String batch = ordered.location().replaceFirst("^https?://[^/]*", "");
        assertThat(await(browser, batch, "completed")).contains("1 of 1");
        assertThat(signedIn().form(page + "/batch").status()).isEqualTo(404);
    }

    @Test
    void thePageHearsWhatTheModelWritesAndNobodyElseDoes() {
        Browser browser = signedIn();
        String page = create(browser, "model", fixture.chat(""), "tier", "default", "input", "Tell me of tides.");
        assertThat(browser.events(page + "/events").body())
                .contains("event: response.created", "event: response.output_text.delta", "event: response.completed");
        assertThat(signedIn().events(page + "/events").status()).isEqualTo(404);
    }

    @Test
    void oneThatRunsIsLiveAndCanBeCancelled() {
        Browser browser = signedIn();
        String page =
                create(browser, "model", fixture.chat("slow-first-byte?ms=30000"), "tier", "default", "input", "x");
        assertThat(browser.get(page).body()).contains("data-live=\"/me/live\"", "Cancel");
        assertThat(browser.get("/me/responses").body()).contains("data-live=\"/me/live\"");
        browser.form(page + "/cancel");
        assertThat(browser.get(page).body()).contains("cancelled").doesNotContain("data-live");
    }

    @Test
    void whatCannotRunIsSaidInTheForm() {
        Browser browser = signedIn();
        Browser.Answer unknown =
                browser.form("/me/responses", "model", "no-such-model", "tier", "flex", "input", "keep me");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body()).contains("no-such-model", "keep me");
        assertThat(browser.form("/me/responses", "model", fixture.chat(""), "input", " ")
                        .status())
                .isEqualTo(400);
    }

    @Test
    @Tag("S-09")
    void anothersResponseIsNotThere() {
        Browser owner = signedIn();
        String page = create(owner, "model", fixture.chat(""), "input", "x");
        Browser stranger = signedIn();
        assertThat(stranger.get(page).status()).isEqualTo(404);
        assertThat(stranger.form(page + "/cancel").status()).isEqualTo(404);
        assertThat(stranger.form(page + "/delete").status()).isEqualTo(404);
        assertThat(owner.get(page).status()).isEqualTo(200);
    }

    private static String create(Browser browser, String... fields) {
        Browser.Answer made = browser.form("/me/responses", fields);
        assertThat(made.status()).as(made.body()).isEqualTo(303);
        return made.location().replaceFirst("^https?://[^/]*", "");
    }

    private static String await(Browser browser, String page, String word) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String body = browser.get(page).body();
        while (!body.contains("</span>" + word + "</span>") && System.nanoTime() < deadline) {
            Thread.sleep(50);
            body = browser.get(page).body();
        }
        return body;
    }
}
