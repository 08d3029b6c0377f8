package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a user takes along, and what is left after one is erased.
@QuarkusTest
class ErasedUserTest {
    private static final String USERS = "/admin/api/v1/users";

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    DataPlaneFixture models;

    @Inject
    Database database;

    @Inject
    @ConfigProperty(name = "doubleword.database.migration-url")
    String databaseUrl;

    @TestHTTPResource("/")
    URI server;

    private SignedInUsers users;
    private Browser administrator;

    @BeforeEach
    void signIn() {
        users = new SignedInUsers(accounts, server);
        administrator = users.signIn(users.make(UserRole.ADMINISTRATOR));
    }

    @Test
    void nothingOfAnErasedUserIsLeftButTheId() throws Exception {
        User user = users.make(UserRole.USER);
        User owner = users.make(UserRole.USER);
        Organization acme = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", owner.id());
        Organization inviting = accounts.createOrganization("org-" + UUID.randomUUID(), "Initech", owner.id());
        accounts.putMember(acme.id(), user.id(), MemberRole.MEMBER, true);
        users.signIn(owner)
                .json(
                        "POST",
                        "/admin/api/v1/organizations/" + inviting.slug() + "/invites",
                        "{\"email\":\"" + user.email() + "\"}");
        Browser browser = users.signIn(user);
        Http own = new Http(server, key(user, user.account()));
        Http ofOrganization = new Http(server, key(user, acme.account()));
        assertThat(own.get("/v1/models").status()).isEqualTo(200);
        String file = upload(key(user, user.account()), user.username() + ".jsonl");
        assertThat(own.get("/v1/files/" + file).status()).isEqualTo(200);
        assertThat(DatabaseDump.of(databaseUrl)).contains(user.email());

        Browser.Answer erased = administrator.json("DELETE", path(user), "");

        assertThat(erased.status()).isEqualTo(204);
        assertThat(browser.get(USERS + "/current").status()).isEqualTo(401);
        assertThat(administrator.get(path(user)).status()).isEqualTo(404);
        Await.until(() -> own.get("/v1/models").status() == 401
                && ofOrganization.get("/v1/models").status() == 401);
        assertThat(DatabaseDump.of(databaseUrl))
                .as("name and address")
                .doesNotContainIgnoringCase(user.username())
                .contains(Long.toString(user.id()));
        assertThat(administrator
                        .get("/admin/api/v1/audit?limit=50")
                        .json()
                        .path("data")
                        .findValuesAsText("kind"))
                .contains("user.erased");
        long found = database.engine()
                .withHandle(handle -> handle.createQuery(
                                "SELECT count(*) FROM file WHERE account = :account AND deleted_at IS NULL")
                        .bind("account", user.account())
                        .mapTo(Long.class)
                        .one());
        assertThat(found).isZero();
    }

    /// @return the file's id
    private String upload(String key, String name) throws IOException, InterruptedException {
        String line = """
                {"custom_id":"one","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","messages":[{"role":"user","content":"Hi"}]}}
                """.formatted(models.chat(""));
        String body = "--x\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                + "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + line
                + "\r\n--x--\r\n";
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(
                            HttpRequest.newBuilder(server.resolve("/v1/files"))
                                    .header("authorization", "Bearer " + key)
                                    .header("content-type", "multipart/form-data; boundary=x")
                                    .POST(BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            String id = new ObjectMapper().readTree(answer).path("id").asText();
            assertThat(id).as(answer).isNotEmpty();
            return id;
        }
    }

    @Test
    void anExportHoldsWhatIsOnesOwnAndNoSecret() {
        User user = users.make(UserRole.USER);
        Browser browser = users.signIn(user);
        String secret = key(user, user.account());

        Browser.Answer answer = browser.get(USERS + "/current/export");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(header -> assertThat(header).startsWith("attachment"));
        JsonNode export = answer.json();
        assertThat(export.at("/user/email").asText()).isEqualTo(user.email());
        assertThat(export.at("/sessions/0/device").asText()).isEqualTo("Firefox on Linux");
        assertThat(export.at("/keys/0/name").asText()).isEqualTo("canary key");
        assertThat(export.path("audit").findValuesAsText("kind")).contains("session.opened");
        assertThat(export.path("usage").isArray()).isTrue();
        assertThat(answer.body()).doesNotContain(secret.substring(secret.length() - 38));
        assertThat(browser.get(USERS + "/current/export").json().path("audit").findValuesAsText("kind"))
                .contains("user.exported");
    }

    @Test
    @Tag("S-09")
    void anOrganizationsKeyDoesNotExportItsMaker() {
        User user = users.make(UserRole.USER);
        Organization acme = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", user.id());
        Http organization = new Http(server, platformKey(user, acme.account(), Set.of("keys")));
        Http own = new Http(server, platformKey(user, user.account(), Set.of("keys")));
        Http narrow = new Http(server, platformKey(user, user.account(), Set.of("usage")));

        assertThat(organization.get(USERS + "/current/export").status()).isEqualTo(403);
        assertThat(narrow.get(USERS + "/current/export").status()).isEqualTo(403);
        assertThat(own.get(USERS + "/current/export").body().at("/user/email").asText())
                .isEqualTo(user.email());
    }

    private String key(User user, long account) {
        return keys.issue(account, user.id(), KeyType.INFERENCE, KeyTerms.named("canary key"), Set.of())
                .text()
                .revealText();
    }

    private String platformKey(User user, long account, Set<String> rights) {
        KeyTerms terms =
                KeyTerms.named("k").withScopes(new KeyScopes(Set.of(), List.of(), Set.of(), List.of(), rights));
        return keys.issue(account, user.id(), KeyType.PLATFORM, terms, KeyRules.ALL_RIGHTS)
                .text()
                .revealText();
    }

    private static String path(User user) {
        return USERS + "/" + Ids.format(User.PREFIX, user.id());
    }
}
