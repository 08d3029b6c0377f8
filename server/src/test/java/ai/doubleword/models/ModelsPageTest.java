package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInTest;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.ApiKey;
import ai.doubleword.keys.Keys;
import ai.doubleword.keys.SampleKeys;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelsPageTest extends SignedInTest {
    private static final String CARD = "/me/models/doubleword-demo";
    private static final Pattern KEY = Pattern.compile("dw_sk_([0-9A-Za-z]{12})_[0-9A-Za-z]{38}");

    @Inject
    Keys keys;

    @Test
    void theCatalogueListsByTypeAndSearch() {
        assertThat(browser.get("/me/models").body()).contains("doubleword-demo", "all-minilm-l6-v2");
        assertThat(browser.get("/me/models?type=embedding").body())
                .contains("all-minilm-l6-v2")
                .doesNotContain("/me/models/doubleword-demo");
        assertThat(browser.get("/me/models?q=MINILM").body())
                .contains("all-minilm-l6-v2")
                .doesNotContain("/me/models/doubleword-demo");
    }

    @Test
    void theCardHasTheButtonAndItsDialogTheOther() {
        assertThat(browser.get(CARD).body()).containsPattern("<button[^>]*>(<svg.*?</svg>)?API</button>");
        assertThat(browser.get(CARD + "?api=realtime").body())
                .containsPattern("<button[^>]*>(<svg.*?</svg>)?Fill API Key</button>")
                .contains("Billed to Personal", "DOUBLEWORD_API_BASE")
                .doesNotContain("{{");
        assertThat(browser.get("/me/models/no-such-model").status()).isEqualTo(404);
    }

    @Test
    void everyLanguageIsThereAndRemembered() {
        for (String language : new String[] {"curl", "python", "javascript", "java", "go"}) {
            Browser.Answer answer = browser.get(CARD + "?api=realtime&language=" + language);
            assertThat(answer.body()).as(language).contains("doubleword-demo", "id=\"sample\"");
            assertThat(answer.response().headers().allValues("set-cookie"))
                    .anySatisfy(cookie -> assertThat(cookie).startsWith("dw-language=" + language));
        }
    }

    @Test
    void asyncShowsTheAutobatcherReadyToRun() {
        assertThat(browser.get(CARD + "?api=async&language=python").body())
                .contains("BatchOpenAI", "pip install autobatcher")
                .doesNotContain("completion_window");
        String filled = browser.form(CARD, "sample", "creating-an-api-key/async", "language", "python")
                .body();
        assertThat(filled)
                .contains("BatchOpenAI")
                .containsPattern(KEY)
                .doesNotContain("environ", "<span class=\"t-k\">import</span> os");
        assertThat(browser.get(CARD + "?api=async&sample=responses/background&language=javascript")
                        .body())
                .contains("npm install openai", "background");
    }

    @Test
    void embeddingModelsHaveABatchToo() {
        String card = "/me/models/all-minilm-l6-v2?api=batch";
        assertThat(browser.get(card + "&language=python").body())
                .contains("client.embeddings.create", "pip install autobatcher", "aria-current=\"true\">Batch")
                .doesNotContain(">Async</a>");
        assertThat(browser.get(card + "&language=curl").body()).contains("/v1/embeddings", "purpose=batch");
    }

    @Test
    void fillingMakesOneKeyForAllSamplesOfTheSession() {
        String first = filled(browser.form(CARD, "language", "python"));
        String again = filled(browser.form(CARD, "language", "java"));
        String shown = filled(browser.get("/me/models/all-minilm-l6-v2?api=realtime&filled=yes"));

        assertThat(again).isEqualTo(first);
        assertThat(shown).isEqualTo(first);
        ApiKey key = keys.get(user.account(), first);
        assertThat(key.terms().rates().requestsPerMinute()).isEqualTo(60);
        assertThat(key.terms().expiresAt()).isNotNull();
        assertThat(browser.get("/me/api-keys").body())
                .contains("1 sample key</strong>")
                .doesNotContain("key-" + first);
        assertThat(browser.get("/me/api-keys?show=samples").body()).contains("key-" + first);
    }

    @Test
    @Tag("S-02")
    void anotherSessionCannotOpenTheKeyAndMakesItsOwn() {
        String first = filled(browser.form(CARD, "language", "python"));
        Browser other = SignedIn.browser(server, user);

        assertThat(other.get(CARD + "?api=realtime&filled=yes").body()).doesNotContainPattern(KEY);
        String second = filled(other.form(CARD, "language", "python"));

        assertThat(second).isNotEqualTo(first);
        assertThat(keys.get(user.account(), first).revokedAt()).isNull();
    }

    @Test
    void inAnOrganizationTheKeyIsTheOrganizations() {
        Organization acme = accounts.createOrganization(
                "org-" + UUID.randomUUID().toString().substring(0, 8), "Acme", user.id());
        String card = "/o/" + acme.slug() + "/models/doubleword-demo";
        assertThat(browser.get(card + "?api=realtime").body()).contains("Billed to Acme");

        String key = filled(browser.form(card, "language", "curl", "name", "try-out", "days", "7"));

        assertThat(keys.get(acme.account(), key).terms().name()).isEqualTo("try-out");
    }

    @Test
    void aRevokedSampleKeyIsNotFilledInAgain() {
        String first = filled(browser.form(CARD, "language", "python"));
        keys.revoke(user.account(), first, null, "");
        assertThat(browser.get(CARD + "?api=realtime&filled=yes").body()).doesNotContainPattern(KEY);
        assertThat(filled(browser.form(CARD, "language", "python"))).isNotEqualTo(first);
    }

    @Test
    void theEleventhSampleKeyAsksWhichOneEnds() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < SampleKeys.MOST; i++) {
            made.add(filled(SignedIn.browser(server, user).form(CARD, "language", "python")));
        }

        Browser.Answer asked = browser.form(CARD, "language", "python");
        assertThat(asked.status()).isEqualTo(409);
        assertThat(asked.body()).contains("Which one ends?", "End it and fill", "value=\"" + made.getFirst() + "\"");
        String docs = "/me/docs/getting-started";
        assertThat(browser.form(docs).body()).contains("Which sample key ends?");

        String ends = made.get(3);
        String filled = filled(browser.form(CARD, "language", "python", "instead", ends));

        assertThat(made).doesNotContain(filled);
        assertThat(keys.get(user.account(), ends).revokedAt()).isNotNull();
        assertThat(keys.get(user.account(), made.getFirst()).revokedAt()).isNull();
        assertThat(browser.form(docs).status()).as("the session's key is there").isEqualTo(303);
    }

    @Test
    @Tag("S-16")
    void everyFillIsAudited() {
        String key = filled(browser.form(CARD, "language", "python"));
        filled(browser.form(CARD, "language", "java"));

        Browser auditor = SignedIn.browser(server, SignedIn.user(accounts, UserRole.AUDITOR));
        assertThat(auditor.get("/admin/audit?kind=key.filled&subject=" + key)
                        .body()
                        .split("<code>key.filled</code>", -1))
                .hasSize(3);
    }

    private static String filled(Browser.Answer answer) {
        Matcher key = KEY.matcher(answer.body());
        assertThat(key.find()).as(answer.body()).isTrue();
        assertThat(answer.body()).doesNotContain("DOUBLEWORD_API_KEY", "{{");
        return key.group(1);
    }
}
