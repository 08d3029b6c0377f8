package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The pages **New batch**, as a browser uses them, without scripts.
@QuarkusTest
class BatchBuilderPageTest extends BatchClient {
    private static final String NEW = "/me/batches/new";

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    private SignedInUsers users;
    private User user;
    private Browser browser;

    @BeforeEach
    void signIn() {
        users = new SignedInUsers(accounts, server);
        user = users.make(UserRole.USER);
        browser = users.signIn(user);
        key = issue(user.account(), user).text().revealText();
    }

    private IssuedKey issue(long account, User maker) {
        return keys.issue(account, maker.id(), KeyType.INFERENCE, KeyTerms.named("nightly"), Set.of());
    }

    private static String fileOf(Browser.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(303);
        assertThat(answer.location()).contains("/batches/new?file=file_");
        return answer.location().replaceAll(".*file=", "");
    }

    private String batchOf(Browser.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(303);
        return answer.location().replaceAll(".*/", "");
    }

    private JsonNode ended(String batch) throws Exception {
        return await(get("/v1/batches/" + batch).body(), "completed"::equals);
    }

    private String lines(String model, int count) {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < count; i++) {
            file.append(chatLine("c" + i, model, false));
        }
        return file.toString();
    }

    @Test
    void pastedLinesArePricedWithinEachWindowAndRun() throws Exception {
        String lines = lines(fixture.chat(""), 4).replace("\n", "\r\n");
        assertThat(browser.get(NEW).body()).contains("<h1>New batch</h1>", "Check and price", "/v1/files");
        String file = fileOf(browser.form(NEW + "/jsonl", "lines", lines, "name", "questions"));
        String review = browser.get(NEW + "?file=" + file).body();
        assertThat(review)
                .contains(
                        "questions.jsonl", "4 requests", "Within 1h", "Within 24h", "No deadline", "Billed to Personal")
                .contains("No webhook is told when it ends.", "/me/webhooks/new")
                .contains("value=\"24h\" checked", "nightly, dw_sk_");
        Browser.Answer ordered = browser.form(NEW, "file", file, "window", "1h", "name", "my questions", "key", "");
        JsonNode batch = ended(batchOf(ordered));
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(4);
        assertThat(batch.get("completion_window").asText()).isEqualTo("1h");
        assertThat(batch.get("endpoint").asText()).isEqualTo("/v1/chat/completions");
        assertThat(batch.at("/metadata/name").asText()).isEqualTo("my questions");
        assertThat(browser.get("/me/batches").body()).contains("my questions");
        assertThat(browser.get(NEW + "?from=file").body()).contains("questions.jsonl", "?file=" + file);
    }

    @Test
    void whatIsWrongWithPastedLinesIsSaidByLineAndNothingIsLost() {
        String lines = lines(fixture.chat(""), 1) + "{\"custom_id\":\"x\"}\n" + lines("no-such-model", 1);
        Browser.Answer refused = browser.form(NEW + "/jsonl", "lines", lines);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body())
                .contains("nothing was kept", "<td class=\"right\">2</td>", "<td class=\"right\">3</td>")
                .contains("no-such-model", "&quot;custom_id&quot;:&quot;x&quot;");
    }

    @Test
    void aFormTakesFourMegabytesAndPointsToFilesForMore() {
        String model = fixture.chat("");
        String padding = "x".repeat(300_000);
        String large = chatLine("large", model, false).replace("hello large", padding);
        assertThat(browser.form(NEW + "/jsonl", "lines", large).status()).isEqualTo(303);
        Browser.Answer refused = browser.form(NEW + "/jsonl", "lines", "x".repeat(BatchBuilderPage.MOST_BYTES + 1));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("A form takes 4 MiB", "-F purpose=batch -F file=@requests.jsonl");
    }

    @Test
    void aTableAndATemplateArePreviewedAndRun() throws Exception {
        String model = fixture.chat("");
        String csv = "city,country\nLisbon,Portugal\nTurin,Italy\n";
        String[] form = {
            "csv",
            csv,
            "model",
            model,
            "prompt",
            "What is {{city}} in {{country}}?",
            "max_tokens",
            "5",
            "id_column",
            "city"
        };
        Browser.Answer preview = browser.form(NEW + "/preview", form);
        assertThat(preview.body())
                .contains("2 rows", "What is Turin in Italy?", "&quot;custom_id&quot;:&quot;Lisbon&quot;");
        assertThat(browser.form(NEW + "/preview", "csv", csv, "model", model, "prompt", "{{town}}")
                        .body())
                .contains("no column town");
        Browser.Answer wrong = browser.form(NEW + "/csv", "csv", csv, "model", model, "prompt", "{{town}}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("no column town", "Lisbon,Portugal");

        String file = fileOf(browser.form(NEW + "/csv", form));
        String batch = batchOf(browser.form(NEW, "file", file, "window", "24h", "key", ""));
        assertThat(ended(batch).at("/request_counts/completed").asInt()).isEqualTo(2);
        assertThat(browser.get("/me/batches/" + batch).body()).contains("What is Turin in Italy?", "Lisbon");
    }

    @Test
    void aSampleRunsTheFirstLinesAsABatchOfItsOwn() throws Exception {
        String file = fileOf(browser.form(NEW + "/jsonl", "lines", lines(fixture.chat(""), 9)));
        String sample = batchOf(browser.form(NEW + "/sample", "file", file, "window", "24h", "lines", "3", "key", ""));
        JsonNode batch = ended(sample);
        assertThat(batch.at("/request_counts/total").asInt()).isEqualTo(3);
        assertThat(batch.at("/metadata/name").asText()).isEqualTo("First 3 of pasted.jsonl");
    }

    @Test
    void aBatchRunsAsAnOwnKeyThatIsChosenAndAsNoOther() throws Exception {
        IssuedKey own = issue(user.account(), user);
        IssuedKey others = issue(users.make(UserRole.USER).account(), user);
        String file = fileOf(browser.form(NEW + "/jsonl", "lines", lines(fixture.chat(""), 1)));
        String batch = batchOf(browser.form(
                NEW, "file", file, "window", "24h", "key", own.key().id()));
        assertThat(browser.get("/me/batches/" + batch).body())
                .contains(own.key().id());
        assertThat(browser.form(
                                NEW,
                                "file",
                                file,
                                "window",
                                "24h",
                                "key",
                                others.key().id())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anOrderThatCannotBeIsShownAgainWithTheReason() {
        String file = fileOf(browser.form(NEW + "/jsonl", "lines", lines(fixture.chat(""), 1)));
        Browser.Answer refused = browser.form(NEW, "file", file, "window", "3w", "key", "");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("completion_window", "Start the batch");
    }

    @Test
    @Tag("S-09")
    void anothersFileCannotBeOrdered() {
        String file = fileOf(browser.form(NEW + "/jsonl", "lines", lines(fixture.chat(""), 1)));
        Browser stranger = users.signIn(users.make(UserRole.USER));
        assertThat(stranger.get(NEW + "?file=" + file).status()).isEqualTo(404);
        assertThat(stranger.form(NEW, "file", file, "window", "24h", "key", "").status())
                .isEqualTo(404);
        assertThat(stranger.form(NEW + "/sample", "file", file, "window", "24h", "lines", "1", "key", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void aMemberWithoutTheRightToMakeKeysRunsBatchesAsTheOwnOnly() throws Exception {
        User owner = users.make(UserRole.USER);
        Organization organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Strict", owner.id());
        accounts.putMember(organization.id(), user.id(), MemberRole.MEMBER, false);
        String start = "/o/" + organization.slug() + "/batches/new";
        String file = fileOf(browser.form(start + "/jsonl", "lines", lines(fixture.chat(""), 1)));
        assertThat(browser.get(start + "?file=" + file).body())
                .contains("Billed to Strict")
                .doesNotContain("The console’s own");
        assertThat(browser.form(start, "file", file, "window", "24h", "key", "").status())
                .isEqualTo(403);
        IssuedKey own = issue(organization.account(), user);
        key = own.text().revealText();
        String batch = batchOf(browser.form(
                start, "file", file, "window", "24h", "key", own.key().id()));
        assertThat(ended(batch).at("/request_counts/completed").asInt()).isEqualTo(1);
    }
}
