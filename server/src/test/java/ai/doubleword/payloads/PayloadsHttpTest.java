package ai.doubleword.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInTest;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.platform.Database;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What requests hold, kept for whom wants it.
@QuarkusTest
@Tag("S-20")
class PayloadsHttpTest extends SignedInTest {
    private static final String CHAT = "/v1/chat/completions";

    @Inject
    TestKeys keys;

    @Inject
    DataPlaneFixture models;

    @Inject
    FaultyBlobStore blobs;

    @Inject
    Database database;

    @Inject
    PayloadRetention retention;

    private final String said = "canary-" + UUID.randomUUID();

    @Test
    void nothingIsKeptUnlessTheAccountWantsIt() throws Exception {
        String request = call(user, body(said, ""));
        awaitLogged(browser, "/me", request);
        assertThat(browser.get("/me/requests/" + request).body()).doesNotContain(said, "What it held");
        assertThat(kept(user.account())).isZero();
    }

    @Test
    void whatARequestHeldStandsOnItsPageAndInTheApi() throws Exception {
        keep("/settings", "/me", 30);
        String request = call(user, body(said, ""));
        Await.until(() -> browser.get("/me/requests/" + request).body().contains("What it held"));
        assertThat(browser.get("/me/requests/" + request).body()).contains(said, "chat.completion");

        Http.Answer answer =
                keys.as(server, user, user.account()).get("/admin/api/v1/requests/" + request + "/payload");
        assertThat(answer.response().headers().firstValue("cache-control")).contains("no-store");
        JsonNode payload = answer.body();
        assertThat(payload.get("request").asText()).isEqualTo(body(said, "").replace("MODEL", model));
        assertThat(payload.get("request_cut").booleanValue()).isFalse();
        assertThat(payload.get("answer").asText()).startsWith("{").contains("chat.completion");
    }

    @Test
    void aStreamIsKeptAsItsEvents() throws Exception {
        keep("/settings", "/me", 1);
        String request = call(user, body(said, ",\"stream\":true"));
        Await.until(() -> browser.get("/me/requests/" + request).body().contains("What it held"));
        assertThat(browser.get("/me/requests/" + request).body()).contains("data: [DONE]");
    }

    @Test
    void whatIsNotToBeStoredIsNot() throws Exception {
        keep("/settings", "/me", 30);
        String hidden = call(user, body(said, ",\"store\":false"));
        String seen = call(user, body("seen", ""));
        Await.until(() -> browser.get("/me/requests/" + seen).body().contains("What it held"));
        awaitLogged(browser, "/me", hidden);
        assertThat(browser.get("/me/requests/" + hidden).body()).doesNotContain(said, "What it held");
    }

    @Test
    void neitherDiskNorDatabaseHoldsItInClear() throws Exception {
        keep("/settings", "/me", 30);
        String request = call(user, body(said, ""));
        Await.until(() -> browser.get("/me/requests/" + request).body().contains(said));
        for (Path file : blobs.files()) {
            assertThat(text(file)).as(file.toString()).doesNotContain(said);
        }
    }

    @Test
    @Tag("S-09")
    void nobodyButTheAccountsOwnPeopleReadsIt() throws Exception {
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "Acme", user.id());
        String place = "/o/" + organization.slug();
        User member = SignedIn.user(accounts, UserRole.USER);
        accounts.putMember(organization.id(), member.id(), MemberRole.MEMBER, true);
        keep(place + "/settings", place, 7);
        String request = call(user, organization.account(), body(said, ""));
        Await.until(() -> browser.get(place + "/requests/" + request).body().contains(said));

        Browser asMember = SignedIn.browser(server, member);
        assertThat(asMember.status(place + "/requests/" + request)).isEqualTo(404);
        assertThat(asMember.form(place + "/payloads", "days", "0").status()).isEqualTo(403);
        Browser administrator = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR));
        assertThat(administrator.get(place + "/requests/" + request).body())
                .as("an administrator sees the request, not what it held")
                .contains(request)
                .doesNotContain(said);
        String path = "/admin/api/v1/requests/" + request + "/payload";
        assertThat(keys.user(server).get(path).status()).isEqualTo(404);
        assertThat(keys.administrator(server).get(path).status()).isEqualTo(404);
        assertThat(keys.as(server, member, organization.account()).get(path).status())
                .isEqualTo(404);
        assertThat(keys.as(server, user, organization.account()).get(path).status())
                .isEqualTo(200);
    }

    @Test
    void turningItOffTakesAwayWhatWasKept() throws Exception {
        keep("/settings", "/me", 30);
        String request = call(user, body(said, ""));
        Await.until(() -> browser.get("/me/requests/" + request).body().contains(said));
        String blob = blob(user.account());
        keep("/settings", "/me", 0);
        assertThat(browser.get("/me/requests/" + request).body()).as("at once").doesNotContain(said);
        retention.forget();
        assertThat(kept(user.account())).isZero();
        assertThat(blobs.files()).noneMatch(file -> file.endsWith(blob.substring(blob.indexOf('/') + 1)));

        String later = call(user, body(said, ""));
        awaitLogged(browser, "/me", later);
        assertThat(kept(user.account())).isZero();
    }

    @Test
    void whatIsOlderThanItsDaysIsRemovedAndTheRestStays() throws Exception {
        keep("/settings", "/me", 7);
        String old = call(user, body("old", ""));
        Await.until(() -> browser.get("/me/requests/" + old).body().contains("What it held"));
        database.engine()
                .useHandle(handle -> handle.execute(
                        "UPDATE request_payload SET kept_at = kept_at - interval '7 days' WHERE account_id = ?",
                        user.account()));
        String fresh = call(user, body(said, ""));
        Await.until(() -> browser.get("/me/requests/" + fresh).body().contains(said));
        retention.forget();
        assertThat(kept(user.account())).isEqualTo(1);
        assertThat(browser.get("/me/requests/" + old).body()).doesNotContain("What it held");
        assertThat(browser.get("/me/requests/" + fresh).body()).contains(said);
    }

    private String model = "";

    private static String body(String text, String more) {
        return "{\"model\":\"MODEL\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" + more + "}";
    }

    private String call(User as, String body) {
        return call(as, as.account(), body);
    }

    /// @return the request's id
    private String call(User as, long account, String body) {
        model = models.chat("");
        Http.Answer answer = keys.calling(server, as, account).post(CHAT, body.replace("MODEL", model));
        assertThat(answer.status()).isEqualTo(200);
        return answer.response().headers().firstValue("x-request-id").orElseThrow();
    }

    private void keep(String settings, String place, int days) {
        Browser.Answer saved = browser.form(place + "/payloads", "days", Integer.toString(days));
        assertThat(saved.location()).isEqualTo(settings);
        assertThat(browser.get(settings).body()).containsPattern("value=\"" + days + "\"\\s+checked");
    }

    private static void awaitLogged(Browser reader, String place, String request) throws InterruptedException {
        Await.until(() -> reader.status(place + "/requests/" + request) == 200);
    }

    private long kept(long account) {
        return database.engine().withHandle(handle -> PayloadStore.count(handle, account));
    }

    private String blob(long account) {
        return database.engine()
                .withHandle(handle -> handle.createQuery("SELECT blob FROM request_payload WHERE account_id = :account")
                        .bind("account", account)
                        .mapTo(String.class)
                        .first());
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
