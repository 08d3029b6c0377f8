package ai.doubleword.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-16")
@QuarkusTest
class AuditHttpTest {
    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private SignedInUsers users() {
        return new SignedInUsers(accounts, server);
    }

    @Test
    void whatABrowserDoesToKeysStandsInTheLogWithItsSession() {
        User user = users().make(UserRole.USER);
        Browser browser = users().signIn(user);
        String id = browser.json("POST", "/admin/api/v1/users/current/api-keys", "{\"name\":\"audited\"}")
                .json()
                .path("id")
                .asText();
        browser.json("POST", "/admin/api/v1/users/current/api-keys/" + id + "/revoke", "{\"reason\":\"lost\"}");

        List<JsonNode> rows = about(id);
        assertThat(rows).extracting(row -> row.path("kind").asText()).containsExactly("key.revoked", "key.created");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.path("actor").asText()).isEqualTo(Ids.format(User.PREFIX, user.id()));
            assertThat(row.path("credential").asText()).startsWith("session_");
            assertThat(row.path("request_id").asText()).startsWith("req_");
            assertThat(row.path("client").asText()).isNotEmpty();
        });
        assertThat(rows.getFirst().at("/became/because").asText()).isEqualTo("lost");
        assertThat(rows.getLast().at("/became/key/name").asText()).isEqualTo("audited");
        assertThat(rows.toString()).as("no secret").doesNotContain("\"key\":\"dw_");
    }

    @Test
    void signingInAndBeingRefusedStandInTheLog() {
        User user = users().make(UserRole.USER);
        String id = Ids.format(User.PREFIX, user.id());
        users().browser()
                .json(
                        "POST",
                        "/authentication/sign_in",
                        "{\"email\":\"" + user.email() + "\",\"password\":\"wrong wrong wrong\"}");
        users().signIn(user);

        assertThat(about(id)).extracting(row -> row.path("kind").asText()).contains("sign_in.refused");
        assertThat(log())
                .anySatisfy(row -> {
                    assertThat(row.path("kind").asText()).isEqualTo("session.opened");
                    assertThat(row.path("actor").asText()).isEqualTo(id);
                })
                .noneMatch(row -> row.toString().contains(user.email()));
    }

    @Test
    void auditorsReadTheLogAndOthersDoNot() {
        Browser auditor = users().signIn(users().make(UserRole.AUDITOR));
        Browser other = users().signIn(users().make(UserRole.USER));
        for (String path : List.of("", "/page", "/export", "/verification")) {
            assertThat(auditor.get("/admin/api/v1/audit" + path).status())
                    .as(path)
                    .isEqualTo(200);
            assertThat(other.get("/admin/api/v1/audit" + path).status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(auditor.get("/admin/api/v1/audit/verification").json().path("problems"))
                .isEmpty();
        String[] lines = auditor.get("/admin/api/v1/audit/export").body().split("\n", -1);
        assertThat(lines[0]).startsWith("{\"seq\":1,");
    }

    @Test
    void anOrganizationsAdminsReadItsPartOfTheLog() {
        User owner = users().make(UserRole.USER);
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "Acme", owner.id());
        String path = "/admin/api/v1/organizations/" + organization.slug() + "/audit";

        JsonNode rows = users().signIn(owner).get(path).json().path("data");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).path("kind").asText()).isEqualTo("organization.created");
        assertThat(users().signIn(users().make(UserRole.USER)).get(path).status())
                .isEqualTo(404);
    }

    private List<JsonNode> about(String subject) {
        return log().stream()
                .filter(row -> row.path("subject").asText().equals(subject))
                .toList();
    }

    private List<JsonNode> log() {
        List<JsonNode> rows = new ArrayList<>();
        users().signIn(users().make(UserRole.ADMINISTRATOR))
                .get("/admin/api/v1/audit?limit=200")
                .json()
                .path("data")
                .forEach(rows::add);
        return rows;
    }
}
