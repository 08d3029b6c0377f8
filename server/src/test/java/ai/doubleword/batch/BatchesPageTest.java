package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.OrganizationTerms;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The pages **Batches**, as a browser uses them.
@QuarkusTest
class BatchesPageTest extends BatchClient {
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
        key = key(user.account(), user);
    }

    private String key(long account, User maker) {
        return keys.issue(account, maker.id(), KeyType.INFERENCE, KeyTerms.named("test"), Set.of())
                .text()
                .revealText();
    }

    private static String page(JsonNode batch) {
        return "/me/batches/" + batch.get("id").asText();
    }

    private String lines(String model, int count) {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < count; i++) {
            file.append(chatLine("c" + i, model, false));
        }
        return file.toString();
    }

    @Test
    void anEmptyListSaysWhatToDoFirst() {
        assertThat(browser.get("/me/batches").body()).contains("<h1>Batches</h1>", "No batches yet", "/me/batches/new");
    }

    @Test
    void theListIsSearchedAndFilteredByItsAddress() throws Exception {
        JsonNode done = await(create(upload(lines(fixture.chat(""), 2)), "24h"), "completed"::equals);
        JsonNode failed = await(create(upload(lines(fixture.chat("400"), 1)), "1h"), "completed"::equals);
        JsonNode runs = create(upload(lines(fixture.chat("slow-first-byte?ms=20000"), 1)), "24h");

        String all = browser.get("/me/batches").body();
        assertThat(all).contains(page(done), page(failed), page(runs), "data-live=\"/me/live\"", "in.jsonl");
        String running = browser.get("/me/batches?show=running").body();
        assertThat(running).contains(page(runs)).doesNotContain(page(done), page(failed));
        String ended = browser.get("/me/batches?show=ended").body();
        assertThat(ended).contains(page(done), page(failed)).doesNotContain(page(runs), "data-live");
        String failures = browser.get("/me/batches?show=failures").body();
        assertThat(failures).contains(page(failed)).doesNotContain(page(done));
        String byId = browser.get("/me/batches?q=" + done.get("id").asText()).body();
        assertThat(byId).contains(page(done)).doesNotContain(page(failed));
        assertThat(browser.get("/me/batches?q=IN.json").body()).contains(page(done), page(runs));
        assertThat(browser.get("/me/batches?q=nothing").body()).contains("No batch fits");
        post("/v1/batches/" + runs.get("id").asText() + "/cancel", "");
    }

    @Test
    void pagesOfTheListFollowEachOther() throws Exception {
        String file = upload(lines(fixture.chat(""), 1));
        for (int i = 0; i < 27; i++) {
            create(file, "24h");
        }
        String first = browser.get("/me/batches").body();
        assertThat(first).contains("25 shown", "Older");
        String next = first.replaceAll("(?s).*href=\"(/me/batches\\?after=batch_[0-9A-Za-z]+)\".*", "$1");
        assertThat(browser.get(next).body()).contains("2 shown").doesNotContain("Older");
    }

    @Test
    void aBatchShowsItsRequestsBesideTheirAnswersAndFailuresByKind() throws Exception {
        String good = fixture.chat("");
        String bad = fixture.chat("400");
        JsonNode batch = await(
                create(upload(lines(good, 3) + chatLine("x1", bad, false) + chatLine("x<2>", bad, false)), "24h"),
                "completed"::equals);
        String shown = browser.get(page(batch)).body();
        assertThat(shown)
                .contains("<h1>in.jsonl</h1>", "5 of 5 requests done", "3 answered", "2 failed", "Completed")
                .contains("hello c0", "x1", "x&lt;2&gt;", "Retry 2", "Clone", "Delete")
                .contains("<h2>Failures</h2>", "<strong>2</strong>", "<code>invalid_value</code>")
                .contains("/me/files/" + batch.get("output_file_id").asText() + "/content")
                .contains("/me/requests?batch=" + batch.get("id").asText())
                .doesNotContain("data-live", "x<2>");
        String failed = browser.get(page(batch) + "?status=failed").body();
        assertThat(failed).contains("2 shown", "x1").doesNotContain("hello c0");
        assertThat(browser.get(page(batch) + "?q=%22C1%22").body()).contains("1 shown", "hello c1");
        assertThat(browser.get(page(batch) + "?q=nowhere").body()).contains("No result fits");
        String requests =
                browser.get("/me/requests?batch=" + batch.get("id").asText()).body();
        assertThat(requests).contains("5 shown");
        String request = shown.replaceAll("(?s).*href=\"(/me/requests/req_[0-9A-Za-z]+)\".*", "$1");
        assertThat(requests).contains(request);
        assertThat(browser.get(request).body())
                .containsPattern("<dt>Batch, line [1-3]</dt>")
                .contains("href=\"" + page(batch) + "\"");
        browser.form(page(batch) + "/delete");
        assertThat(browser.get(request).body()).doesNotContain("<dt>Batch, line");
    }

    @Test
    void resultsAreExportedAsCsvThatNoSpreadsheetRunsAndAsJsonl() throws Exception {
        String model = fixture.chat("");
        String formula = """
                {"custom_id":"=1+1","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
                "messages":[{"role":"user","content":"say \\"a, b\\"\\nnow"}],"max_tokens":5}}
                """.formatted(model);
        JsonNode batch = await(create(upload(formula + lines(model, 1)), "24h"), "completed"::equals);
        Browser.Answer csv = browser.get(page(batch) + "/results.csv");
        assertThat(csv.status()).isEqualTo(200);
        assertThat(csv.response().headers().firstValue("content-disposition").orElseThrow())
                .contains("attachment", ".csv");
        assertThat(csv.body())
                .startsWith(
                        "custom_id,status,model,request,answer,error_code,error_message,input_tokens,output_tokens\n")
                .contains("'=1+1", "\"say \"\"a, b\"\"\nnow\"");
        String[] lines =
                browser.get(page(batch) + "/results.jsonl").body().strip().split("\n", -1);
        assertThat(lines).hasSize(2);
        assertThat(JSON.readTree(lines[0]).get("custom_id").asText())
                .as("in the order of the requests")
                .isEqualTo("=1+1");
        assertThat(JSON.readTree(lines[0]).has("response_body")).isTrue();
    }

    @Test
    void whatARetryHasMendedIsNoFailureAnyMore() throws Exception {
        String bad = fixture.chat("400?times=1&message=" + own());
        JsonNode batch = await(
                create(upload(lines(fixture.chat(""), 2) + chatLine("x1", bad, false)), "24h"), "completed"::equals);
        assertThat(browser.get(page(batch) + "?status=failed").body()).contains("1 shown", "Choose x1");
        browser.form(page(batch) + "/retry");
        await(
                batch,
                "completed"::equals,
                now -> now.at("/request_counts/completed").asInt() == 3);
        assertThat(browser.get(page(batch)).body())
                .contains("3 shown", "hello x1")
                .doesNotContain("Choose x1");
        assertThat(browser.get(page(batch) + "?status=failed").body()).contains("No result fits");
    }

    @Test
    void aRunningBatchIsPausedResumedAndCancelledFromItsPage() throws Exception {
        JsonNode batch = create(upload(lines(fixture.chat("slow-first-byte?ms=300"), 300)), "24h");
        String shown = browser.get(page(batch)).body();
        assertThat(shown).contains("data-live=\"/me/live\"", ">Pause</button>", "Cancel batch", "Deadline");
        assertThat(browser.form(page(batch) + "/pause").location()).endsWith(page(batch));
        assertThat(browser.get(page(batch)).body()).contains("<strong>Paused.</strong>", ">Resume</button>");
        browser.form(page(batch) + "/resume");
        assertThat(browser.get(page(batch)).body()).contains(">Pause</button>");
        assertThat(browser.get(page(batch) + "/cancel").body()).contains("Let it run");
        assertThat(browser.form(page(batch) + "/cancel").location()).endsWith(page(batch));
        await(batch, "cancelled"::equals);
        assertThat(browser.get(page(batch)).body())
                .contains("Cancelled", "not made")
                .doesNotContain("data-live");
        Browser.Answer over = browser.with("HX-Request", "true").get(page(batch) + "?part=live");
        assertThat(over.status()).isEqualTo(204);
        assertThat(over.response().headers().firstValue("hx-refresh")).contains("true");
    }

    @Test
    void aDeadlineIsShownAsWhatItIs() throws Exception {
        JsonNode batch = create(upload(lines(fixture.chat("slow-first-byte?ms=300"), 300)), "1h");
        assertThat(batch.get("deadline").asText()).isEqualTo("estimated");
        assertThat(browser.get(page(batch)).body()).doesNotContain("promised", "at risk");
        mark(batch, 1, null);
        assertThat(browser.get(page(batch)).body()).contains("<span class=\"badge good\">promised</span>");
        assertThat(browser.get("/me/batches").body()).contains("<span class=\"badge good\">promised</span>");
        mark(batch, 2, "3h");
        assertThat(browser.get(page(batch)).body())
                .contains("The deadline is at risk.", "The earliest window that fits is 3h.")
                .contains("<span class=\"badge warn\">at risk</span>");
        assertThat(browser.get("/me/batches").body()).contains("<span class=\"badge warn\">at risk</span>");
        JsonNode shown = get("/v1/batches/" + batch.get("id").asText()).body();
        assertThat(shown.get("deadline").asText()).isEqualTo("at_risk");
        assertThat(shown.get("earliest_window").asText()).isEqualTo("3h");
        assertThat(shown.get("notice").asText()).contains("At risk");
        post("/v1/batches/" + batch.get("id").asText() + "/cancel", "");
        await(batch, "cancelled"::equals);
        assertThat(browser.get(page(batch)).body()).doesNotContain("The deadline is at risk.");
    }

    /// As if that had been found when it was ordered.
    private void mark(JsonNode batch, int deadline, @Nullable String earliest) {
        database.engine()
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE batch SET deadline = :deadline, earliest_window = :earliest WHERE id = :id")
                        .bind("deadline", deadline)
                        .bind("earliest", earliest)
                        .bind("id", id(batch))
                        .execute());
    }

    @Test
    void chosenLinesAreRetriedAndABatchIsDeletedAfterAQuestion() throws Exception {
        String bad = fixture.chat("400?times=2&message=" + own());
        JsonNode batch = await(create(upload(lines(bad, 2)), "24h"), "completed"::equals);
        browser.form(page(batch) + "/retry", "custom_id", "c1");
        JsonNode half = await(batch, "completed"::equals);
        assertThat(half.at("/request_counts/completed").asInt()).isEqualTo(1);
        browser.form(page(batch) + "/retry");
        assertThat(await(batch, "completed"::equals)
                        .at("/request_counts/completed")
                        .asInt())
                .isEqualTo(2);
        assertThat(browser.get(page(batch) + "/delete").body()).contains("Keep it");
        assertThat(browser.form(page(batch) + "/delete").location()).endsWith("/me/batches");
        assertThat(browser.get(page(batch)).status()).isEqualTo(404);
    }

    @Test
    void theFirstPagePreparesTenRequestsAndShowsWhatRuns() throws Exception {
        assertThat(browser.get("/me").body()).contains("Start a ten-line batch", "/me/batches/new/first");
        String slow = fixture.chat("slow-first-byte?ms=20000");
        Browser.Answer prepared = browser.form("/me/batches/new/first", "model", slow);
        assertThat(prepared.status()).as(prepared.body()).isEqualTo(303);
        assertThat(browser.get(prepared.location()).body()).contains("10 requests", "ten requests.jsonl");
        String file = prepared.location().replaceAll(".*file=", "");
        browser.form("/me/batches/new", "file", file, "window", "24h", "name", "first ten", "key", "");
        JsonNode running = get("/v1/batches").body().at("/data/0");
        await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        assertThat(browser.get("/me").body())
                .contains("Running batches", "first ten", page(running))
                .doesNotContain("Start a ten-line batch");
        post("/v1/batches/" + running.get("id").asText() + "/cancel", "");
        await(running, status -> status.equals("cancelled") || status.equals("completed"));
        assertThat(browser.get("/me").body()).doesNotContain("Start a ten-line batch", "Running batches");
    }

    @Test
    @Tag("S-09")
    void anothersBatchIsNotThere() throws Exception {
        JsonNode batch = await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        Browser stranger = users.signIn(users.make(UserRole.USER));
        assertThat(stranger.get("/me/batches").body()).contains("No batches yet");
        for (String path : new String[] {"", "/cancel", "/delete", "/results.csv", "/results.jsonl"}) {
            assertThat(stranger.get(page(batch) + path).status()).as(path).isEqualTo(404);
        }
        for (String verb : new String[] {"cancel", "delete", "pause", "resume", "retry"}) {
            assertThat(stranger.form(page(batch) + "/" + verb).status())
                    .as(verb)
                    .isEqualTo(404);
        }
        assertThat(browser.get(page(batch)).status()).isEqualTo(200);
    }

    @Test
    @Tag("S-09")
    void aMemberSeesTheOwnBatchesUntilTheOrganizationSharesAll() throws Exception {
        User owner = users.make(UserRole.USER);
        Organization organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Sharing", owner.id());
        accounts.putMember(organization.id(), user.id(), MemberRole.MEMBER, false);
        key = key(organization.account(), owner);
        JsonNode others = await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        String list = "/o/" + organization.slug() + "/batches";
        String path = list + "/" + others.get("id").asText();
        assertThat(browser.get(list).body()).contains("No batches yet");
        assertThat(browser.get(path).status()).isEqualTo(404);
        assertThat(users.signIn(owner).get(path).body()).contains("Delete");

        accounts.describe(organization, new OrganizationTerms("", "organization"));
        assertThat(browser.get(list).body()).contains(path);
        assertThat(browser.get(path).body()).contains("hello c0").doesNotContain("/delete\"", "Retry");
        assertThat(browser.form(path + "/delete").status()).isEqualTo(403);
    }
}
