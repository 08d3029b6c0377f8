package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInTest;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class KeysPageTest extends SignedInTest {
    private static final String PAGE = "/me/api-keys";
    private static final Pattern SHOWN = Pattern.compile("<code id=\"new-key\">([^<]+)</code>");

    @Inject
    Keys keys;

    @Test
    void labelsAreAsPromised() {
        issue("ci");
        String page = browser.get(PAGE).body();
        assertThat(page)
                .contains(
                        "<title>API Keys · Doubleword Console</title>", "<h1>API Keys</h1>", "Create API Key</button>")
                .contains(">Personal<");
        assertThat(buttons(page)).contains("Rotate", "Revoke", "Delete");

        String dialog = browser.get(PAGE + "/new").body();
        assertThat(dialog)
                .contains("<label for=\"k-name\">Name</label>", "placeholder=\"development, production, research\"")
                .contains("Billed to Personal");
        String shown = create("name", "ci").body();
        assertThat(shown).contains("Copy this key now — it won&#39;t be shown again".replace("&#39;", "'"));
        assertThat(buttons(shown)).contains("Copy", "I have saved it");
    }

    @Test
    @Tag("S-03")
    void aNewKeyIsShownOnceAndWorks() {
        Browser.Answer made = create("name", "production", "description", "for the shop");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.response().headers().firstValue("cache-control")).contains("no-store");
        String key = shown(made);
        assertThat(new Http(server, key).get("/v1/models").status()).isEqualTo(200);
        String list = browser.get(PAGE).body();
        assertThat(list)
                .contains("production", "for the shop", "dw_sk_" + KeyFormat.id(key))
                .doesNotContain(key.substring(KeyFormat.SECRET_START));
    }

    @Test
    void whatTheFormSaysIsWhatTheKeyMayDo() {
        String key = shown(create(
                "name",
                "ci",
                "box",
                "embeddings",
                "models",
                "all-minilm-*",
                "requests_per_minute",
                "60",
                "expires",
                "30"));

        ApiKey made = keys.get(user.account(), KeyFormat.id(key));
        assertThat(made.terms().scopes().endpoints()).containsExactly("embeddings");
        assertThat(made.terms().scopes().models()).containsExactly("all-minilm-*");
        assertThat(made.terms().rates().requestsPerMinute()).isEqualTo(60);
        assertThat(made.terms().expiresAt()).isNotNull();
    }

    @Test
    void everyEndpointHasABox() {
        assertThat(browser.get("/me/api-keys/new").body())
                .contains(KeyRules.ENDPOINTS.stream()
                        .map(endpoint -> "name=\"box\" value=\"" + endpoint + "\"")
                        .toList());
        String key = shown(create("name", "uploads", "box", "files"));
        assertThat(keys.get(user.account(), KeyFormat.id(key)).terms().scopes().endpoints())
                .containsExactly("files");
    }

    @Test
    void aRefusedFormComesBackAsItWasTypedWithTheReason() {
        Browser.Answer refused = create("name", "ci", "models", "a-model", "requests_per_minute", "many");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body())
                .contains(
                        "role=\"alert\"", "&#39;many&#39; is not a whole number", "value=\"ci\"", ">a-model</textarea>")
                .contains(
                        refused.response().headers().firstValue("x-request-id").orElseThrow());
        assertThat(browser.get(PAGE).body()).doesNotContain("a-model");
    }

    @Test
    @Tag("S-14")
    void whatUsersWriteIsTextAndNothingElse() {
        String payload = "\"><img src=x onerror=alert(1)>'{{x}}${y}";
        String id = KeyFormat.id(shown(create("name", payload, "description", payload, "labels", "team=" + payload)));

        for (String page : new String[] {
            PAGE,
            PAGE + "?q=" + java.net.URLEncoder.encode(payload, java.nio.charset.StandardCharsets.UTF_8),
            PAGE + "/" + id + "/edit",
            PAGE + "/" + id + "/rotate",
            PAGE + "/" + id + "/leaked",
            PAGE + "/" + id + "/delete",
            PAGE + "/revoke?id=" + id
        }) {
            String body = browser.get(page).body();
            assertThat(body).as(page).contains("&lt;img src=x").doesNotContain("<img src=x");
        }
    }

    @Test
    @Tag("S-14")
    void aChangeFromAnotherSiteOrWithoutTheTokenIsRefused() {
        String id = issue("ci");
        Browser foreign = SignedIn.browser(server, user).with("Origin", "https://evil.example");
        assertThat(foreign.form(PAGE + "/revoke", "id", id).status()).isEqualTo(403);
        Browser bare = SignedIn.browser(server, user).without("X-CSRF-Token");
        assertThat(bare.form(PAGE + "/revoke", "id", id).status()).isEqualTo(403);
        assertThat(bare.form(PAGE, "name", "planted").status()).isEqualTo(403);

        assertThat(keys.get(user.account(), id).revokedAt()).isNull();
        assertThat(browser.get(PAGE).body()).doesNotContain("planted");
    }

    @Test
    void theTokenOfTheFormIsEnoughWithoutScripts() {
        Browser plain = SignedIn.browser(server, user).without("X-CSRF-Token");
        Matcher token = Pattern.compile("name=\"csrf_token\" value=\"([^\"]+)\"")
                .matcher(plain.get(PAGE + "/new").body());
        assertThat(token.find()).isTrue();
        assertThat(plain.form(PAGE, "name", "ci", "csrf_token", token.group(1)).status())
                .isEqualTo(201);
    }

    @Test
    void rotatingLeavesTheOldKeyItsOverlapAndShowsTheNewOneOnce() {
        String old = shown(create("name", "ci"));

        Browser.Answer rotated = browser.form(PAGE + "/" + KeyFormat.id(old) + "/rotate", "overlap", "1h");

        assertThat(rotated.status()).isEqualTo(201);
        assertThat(rotated.body()).contains("The old key works for 1 hour more.");
        assertThat(new Http(server, old).get("/v1/models").status()).isEqualTo(200);
        assertThat(new Http(server, shown(rotated)).get("/v1/models").status()).isEqualTo(200);
        assertThat(browser.get(PAGE).body()).contains("retiring");
    }

    @Test
    void severalKeysAreRevokedAtOnceAndTheListSaysSo() {
        String one = issue("one");
        String two = issue("two");
        String other = issue("other");

        assertThat(browser.get(PAGE + "/revoke?id=" + one + "&id=" + two).body())
                .contains("Revoke API keys", "one", "two");
        Browser.Answer done = browser.formOf(PAGE + "/revoke", "id=" + one + "&id=" + two);

        assertThat(done.status()).isEqualTo(303);
        assertThat(done.location()).isEqualTo(PAGE);
        assertThat(keys.get(user.account(), one).revokedAt()).isNotNull();
        assertThat(keys.get(user.account(), two).revokedAt()).isNotNull();
        assertThat(keys.get(user.account(), other).revokedAt()).isNull();
        assertThat(browser.get(PAGE + "?show=ended").body()).contains("one", "two", "revoked");
    }

    @Test
    void whatWasDoneIsSaidOnceOnThePageThatFollows() {
        Browser.Answer done = browser.form(PAGE + "/revoke", "id", issue("<b>ci</b>"));
        String notice = done.response().headers().allValues("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("dw-notice="))
                .map(cookie -> cookie.split(";", 2)[0])
                .findFirst()
                .orElseThrow();

        Browser.Answer page =
                browser.withCookie(browser.cookie() + "; " + notice).get(done.location());

        assertThat(page.body()).contains("“&lt;b&gt;ci&lt;/b&gt;” is revoked.");
        assertThat(page.response().headers().allValues("set-cookie"))
                .anySatisfy(cookie -> assertThat(cookie).startsWith("dw-notice=;"));
    }

    @Test
    void aLeakedKeyIsRevokedAndReplacedByOneOfTheSameTerms() throws InterruptedException {
        String old = shown(create("name", "ci", "requests_per_minute", "7"));

        String fresh = shown(browser.form(PAGE + "/" + KeyFormat.id(old) + "/leaked"));

        ApiKey replaced = keys.get(user.account(), KeyFormat.id(old));
        assertThat(replaced.revokedBecause()).isEqualTo("leaked");
        assertThat(replaced.terms().cutStreams()).isTrue();
        ApiKey made = keys.get(user.account(), KeyFormat.id(fresh));
        assertThat(made.family()).isEqualTo(replaced.family());
        assertThat(made.terms().rates().requestsPerMinute()).isEqualTo(7);
        Await.until(() -> new Http(server, old).get("/v1/models").status() == 401);
    }

    @Test
    void editingChangesWhatTheFormShowsAndKeepsTheRest() {
        String id = KeyFormat.id(shown(create("name", "ci", "expires", "30")));
        var expiry = keys.get(user.account(), id).terms().expiresAt();
        String form = browser.get(PAGE + "/" + id + "/edit").body();
        Matcher day = Pattern.compile("name=\"expires_on\" type=\"date\" value=\"([0-9-]+)\"")
                .matcher(form);
        assertThat(day.find()).isTrue();

        Browser.Answer saved = browser.form(
                PAGE + "/" + id + "/edit",
                "name",
                "ci-2",
                "expires",
                "date",
                "expires_on",
                day.group(1),
                "tokens_per_minute",
                "1000");

        assertThat(saved.status()).isEqualTo(303);
        KeyTerms terms = keys.get(user.account(), id).terms();
        assertThat(terms.name()).isEqualTo("ci-2");
        assertThat(terms.rates().tokensPerMinute()).isEqualTo(1000);
        assertThat(terms.expiresAt()).isEqualTo(expiry);
    }

    @Test
    void searchingSortingAndTurningPagesCoverAllKeys() {
        for (int i = 0; i < 55; i++) {
            issue("row-%02d".formatted(i));
        }
        String first = browser.get(PAGE + "?sort=name").body();
        assertThat(first).contains("55 keys", "row-00", "row-49").doesNotContain("row-50");
        Matcher next = Pattern.compile("href=\"([^\"]+after=[^\"]+)\"").matcher(first);
        assertThat(next.find()).isTrue();
        String second = browser.get(next.group(1).replace("&amp;", "&")).body();
        assertThat(second).contains("row-50", "row-54").doesNotContain("row-49");
        assertThat(browser.get(PAGE + "?q=ROW-54").body())
                .contains("1 key<", "row-54")
                .doesNotContain("row-53");
        assertThat(browser.get(PAGE + "?q=nothing").body()).contains("No key fits");
    }

    @Test
    @Tag("S-09")
    void keysOfAnotherAccountDoNotExist() {
        User other = SignedIn.user(accounts, UserRole.USER);
        String foreign = keys.issue(other.account(), other.id(), KeyType.INFERENCE, KeyTerms.named("theirs"), Set.of())
                .key()
                .id();
        for (String action : new String[] {"edit", "rotate", "delete", "leaked"}) {
            assertThat(browser.get(PAGE + "/" + foreign + "/" + action).status())
                    .isEqualTo(404);
            assertThat(browser.form(PAGE + "/" + foreign + "/" + action, "name", "mine")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(browser.form(PAGE + "/revoke", "id", foreign).status()).isEqualTo(404);
        assertThat(keys.get(other.account(), foreign).revokedAt()).isNull();
    }

    @Test
    void aKeyMadeInAnOrganizationIsTheOrganizations() {
        Organization acme = accounts.createOrganization(
                "org-" + UUID.randomUUID().toString().substring(0, 8), "Acme", user.id());
        String base = "/o/" + acme.slug() + "/api-keys";
        assertThat(browser.get(base + "/new").body()).contains("Billed to Acme");

        String key = shown(browser.form(base, "name", "shared"));

        assertThat(keys.get(acme.account(), KeyFormat.id(key)).createdBy()).isEqualTo(user.id());
        assertThat(browser.get(PAGE).body()).doesNotContain("shared");
    }

    private Browser.Answer create(String... fields) {
        return browser.form(PAGE, fields);
    }

    private String issue(String name) {
        return keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named(name), Set.of())
                .key()
                .id();
    }

    private static String shown(Browser.Answer answer) {
        Matcher matcher = SHOWN.matcher(answer.body());
        assertThat(matcher.find()).as(answer.body()).isTrue();
        return matcher.group(1);
    }

    /// The words on buttons, without what is drawn on them.
    private static java.util.List<String> buttons(String page) {
        return Pattern.compile("<button[^>]*>(.*?)</button>", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(button ->
                        button.group(1).replaceAll("<svg.*?</svg>|<[^>]+>", "").strip())
                .toList();
    }
}
