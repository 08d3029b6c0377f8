package ai.doubleword.administration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Database;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Limits and the state of the system, as administrators see them.
@QuarkusTest
class AdministrationPagesTest {
    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    Database database;

    @TestHTTPResource("/")
    URI server;

    private User user;
    private Browser browser;

    @BeforeEach
    void signIn() {
        user = SignedIn.user(accounts, UserRole.USER);
        browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR))
                .with("Accept", "text/html,*/*;q=0.8");
    }

    @Test
    void theLimitsOfAnAccountAreFoundByNameAndSet() {
        assertThat(browser.get("/admin/limits?of=accounts&q=" + user.username()).body())
                .contains(user.email());
        assertThat(browser.get("/admin/limits?of=accounts&limited=on&q=" + user.username())
                        .body())
                .contains("Nothing to show");

        Browser.Answer set = set("accounts", Long.toString(user.account()), "60", "90,000", "4");

        assertThat(set.status()).isEqualTo(303);
        assertThat(accounts.account(user.account()).orElseThrow().rates()).isEqualTo(new Rates(60, 90_000, 4));
        assertThat(browser.get("/admin/limits?of=accounts&limited=on&q=" + user.username())
                        .body())
                .contains(user.email(), "90,000");
    }

    @Test
    void theLimitsOfAKeyOfAnybodyAreSetAndNothingElseOfIt() {
        String id = keys.issue(
                        user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("of " + user.username()), Set.of())
                .key()
                .id();
        assertThat(browser.get("/admin/limits?of=keys&q=" + id).body()).contains("of " + user.username());

        assertThat(set("keys", id, "7", "", "").status()).isEqualTo(303);

        KeyTerms terms = keys.get(user.account(), id).terms();
        assertThat(terms.rates()).isEqualTo(new Rates(7, 0, 0));
        assertThat(terms.name()).isEqualTo("of " + user.username());
    }

    @Test
    void theLimitsOfAModelAreSetAndARefusedNumberComesBackAsItWasTyped() {
        String model = browser.get("/admin/api/v1/models/doubleword-demo")
                .json()
                .path("id")
                .asText();

        Browser.Answer refused = set("models", model, "many", "1", "");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("role=\"alert\"", "value=\"many\"");

        assertThat(set("models", model, "", "1000000000", "").status()).isEqualTo(303);
        assertThat(browser.get("/admin/limits?q=doubleword-demo").body()).contains("1,000,000,000");
        set("models", model, "", "", "");
        assertThat(browser.get("/admin/limits/models/nothing").status()).isEqualTo(404);
    }

    @Test
    void theSystemPageSaysHowEachPartIs() {
        assertThat(browser.get("/admin/system").body())
                .contains("Usage journal", "Waiting on disk", "Behind by", "Certainly true", "Breakers")
                .contains("PostgreSQL", "Disk of the home", "Up for", "this one");
    }

    @Test
    void anotherNodeIsShownAsItLastSaidAndMissedWhenItFallsSilent() {
        long other = System.nanoTime();
        String parts = "[{\"title\":\"Usage journal\",\"facts\":[{\"label\":\"Drain\",\"value\":\"stuck\","
                + "\"level\":\"BAD\",\"note\":\"its disk is full\"}]}]";
        database.engine().useHandle(handle -> NodeStore.beat(handle, other, "node-b", "9.9.9", Instant.now(), parts));
        try {
            assertThat(browser.get("/admin/system").body()).contains("node-b", "9.9.9", "1 to look at");
            assertThat(browser.get("/admin/system?node=" + other).body()).contains("its disk is full");

            database.engine()
                    .useHandle(handle -> handle.execute(
                            "UPDATE node SET seen_at = now() - interval '1 minute' WHERE id = ?", other));
            assertThat(browser.get("/admin/system").body()).contains("silent");
        } finally {
            database.engine().useHandle(handle -> NodeStore.leave(handle, other));
        }
    }

    @Test
    void thesePagesAreForAdministrators() {
        Browser other = SignedIn.browser(server, user);
        for (String page : List.of("/admin/limits", "/admin/system", "/admin/limits/keys/x")) {
            assertThat(other.get(page).status()).as(page).isEqualTo(403);
        }
        assertThat(other.form("/admin/limits/accounts/" + user.account(), "requests_per_minute", "0")
                        .status())
                .isEqualTo(403);
    }

    private Browser.Answer set(String kind, String id, String requests, String tokens, String atOnce) {
        return browser.form(
                "/admin/limits/" + kind + "/" + id,
                "requests_per_minute",
                requests,
                "tokens_per_minute",
                tokens,
                "concurrent_requests",
                atOnce);
    }
}
