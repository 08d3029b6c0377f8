package ai.doubleword.batch.files;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The page **Files**, as a browser uses it.
@QuarkusTest
class FilesPageTest {
    private static final String LINE =
            "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}}\n";

    @TestHTTPResource("/")
    URI server;

    @Inject
    Accounts accounts;

    private Browser signedIn() {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User user = users.make(UserRole.USER);
        return users.signIn(user);
    }

    @Test
    void aFileIsUploadedShownDownloadedAndDeleted() {
        Browser browser = signedIn();
        assertThat(browser.get("/me/files").body())
                .contains("<h1>Files</h1>", "No files yet", "data-upload=\"/me/files\"");
        Browser.Answer sent = browser.send("/me/files?name=my%20requests.jsonl", "application/jsonl", LINE);
        assertThat(sent.status()).as(sent.body()).isEqualTo(201);
        String page = browser.get("/me/files").body();
        assertThat(page).contains("my requests.jsonl", "all-minilm-l6-v2", "Requests");
        String id = page.replaceAll("(?s).*?(file_[0-9A-Za-z]{11}).*", "$1");
        Browser.Answer download = browser.get("/me/files/" + id + "/content");
        assertThat(download.body()).isEqualTo(LINE);
        assertThat(download.response().headers().firstValue("content-disposition"))
                .hasValue("attachment; filename=\"" + id + ".jsonl\"");
        assertThat(browser.get("/me/files/" + id + "/delete").body()).contains("Delete file", "my requests.jsonl");
        assertThat(browser.form("/me/files/" + id + "/delete").location()).endsWith("/me/files");
        assertThat(browser.get("/me/files").body()).contains("No files yet");
    }

    @Test
    void whatIsWrongIsSaidByLineAndField() {
        Browser.Answer refused = signedIn().send("/me/files?name=x.jsonl", "application/jsonl", LINE + LINE);
        assertThat(refused.status()).isEqualTo(400);
        JsonNode error = refused.json().at("/errors/data/0");
        assertThat(error.get("line").intValue()).isEqualTo(2);
        assertThat(error.get("param").textValue()).isEqualTo("custom_id");
    }

    @Test
    @Tag("S-14")
    void anUploadNeedsTheTokenOfThePage() {
        Browser browser = signedIn().without("X-CSRF-Token");
        assertThat(browser.send("/me/files?name=x.jsonl", "application/jsonl", LINE)
                        .status())
                .isEqualTo(403);
    }

    @Test
    @Tag("S-09")
    void anothersFileIsNotThere() {
        Browser owner = signedIn();
        owner.send("/me/files?name=x.jsonl", "application/jsonl", LINE);
        String id = owner.get("/me/files").body().replaceAll("(?s).*?(file_[0-9A-Za-z]{11}).*", "$1");
        Browser stranger = signedIn();
        assertThat(stranger.get("/me/files").body()).doesNotContain(id);
        assertThat(stranger.get("/me/files/" + id + "/content").status()).isEqualTo(404);
        assertThat(stranger.form("/me/files/" + id + "/delete").status()).isEqualTo(404);
    }
}
