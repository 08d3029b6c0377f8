package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What administrators do with users.
@QuarkusTest
class UsersHttpTest {
    private static final String USERS = "/admin/api/v1/users";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private SignedInUsers users;
    private Browser asAdministrator;

    @BeforeEach
    void signIn() {
        users = new SignedInUsers(accounts, server);
        asAdministrator = users.signIn(users.make(UserRole.ADMINISTRATOR));
    }

    @Test
    void aNewUserSetsThePasswordByALinkThatIsShownOnce() {
        String email = "new-" + UUID.randomUUID() + "@example.com";
        Browser.Answer made = asAdministrator.json("POST", USERS, "{\"email\":\"" + email + "\",\"role\":\"auditor\"}");
        assertThat(made.status()).isEqualTo(201);
        String path = URI.create(made.json().path("url").asText()).getPath();

        Browser browser = users.browser();
        browser.form(path, "email", email, "password", "nine quiet harbours", "again", "nine quiet harbours");

        assertThat(browser.get(USERS + "/current").json().path("roles").toString())
                .isEqualTo("[\"auditor\"]");
        assertThat(asAdministrator
                        .json("POST", USERS, "{\"email\":\"" + email + "\"}")
                        .status())
                .isEqualTo(409);
        assertThat(asAdministrator.json("POST", USERS, "{\"email\":\"nobody\"}").status())
                .isEqualTo(400);
    }

    @Test
    void aDisabledUserIsOutAtOnceAndMayBeLetInAgain() {
        User user = users.make(UserRole.USER);
        Browser theirs = users.signIn(user);
        assertThat(theirs.get(USERS + "/current").status()).isEqualTo(200);

        assertThat(change(user, "{\"disabled\":true}").path("disabled").asBoolean())
                .isTrue();
        assertThat(theirs.get(USERS + "/current").status()).isEqualTo(401);

        change(user, "{\"disabled\":false}");
        assertThat(users.signIn(user).get(USERS + "/current").status()).isEqualTo(200);
    }

    @Test
    void aRoleHoldsFromTheNextRequestOn() {
        User user = users.make(UserRole.USER);
        Browser theirs = users.signIn(user);
        assertThat(theirs.get(USERS).status()).isEqualTo(403);

        change(user, "{\"role\":\"administrator\"}");
        assertThat(theirs.get(USERS).json().path("total_count").asInt()).isGreaterThan(1);

        change(user, "{\"role\":\"user\"}");
        assertThat(theirs.get(USERS).status()).isEqualTo(403);
        assertThat(asAdministrator
                        .json("PATCH", path(user), "{\"role\":\"king\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aLostPasswordIsSetAnewByALink() {
        User user = users.make(UserRole.USER);
        JsonNode first =
                asAdministrator.json("POST", path(user) + "/link", "{}").json();
        JsonNode second =
                asAdministrator.json("POST", path(user) + "/link", "{}").json();

        assertThat(users.browser()
                        .get(URI.create(first.path("url").asText()).getPath())
                        .status())
                .as("a newer link ends the one before")
                .isEqualTo(404);
        String path = URI.create(second.path("url").asText()).getPath();
        users.browser()
                .form(path, "email", user.email(), "password", "nine quiet harbours", "again", "nine quiet harbours");
        assertThat(users.browser()
                        .signIn(user.email(), "nine quiet harbours")
                        .get(USERS + "/current")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theListIsSearchedSortedAndTurnedPageByPage() {
        String common = "list-" + UUID.randomUUID();
        for (String name : List.of("b", "a", "c")) {
            accounts.createUser(common + name, common + name + "@example.com", UserRole.USER);
        }
        JsonNode first =
                asAdministrator.get(USERS + "?limit=2&sort=-name&q=" + common).json();
        assertThat(first.path("total_count").asInt()).isEqualTo(3);
        assertThat(first.path("data").findValuesAsText("username")).containsExactly(common + "c", common + "b");
        JsonNode second = asAdministrator
                .get(USERS + "?limit=2&sort=-name&q=" + common + "&after="
                        + first.path("next").asText())
                .json();
        assertThat(second.path("data").findValuesAsText("username")).containsExactly(common + "a");
        assertThat(second.has("next")).isFalse();
        assertThat(asAdministrator
                        .get(USERS + "?state=unclaimed&skip=1&q=" + common)
                        .json()
                        .path("data")
                        .findValuesAsText("username"))
                .containsExactly(common + "b", common + "c");
        for (String wrong : List.of("?sort=shoe-size", "?state=happy")) {
            assertThat(asAdministrator.get(USERS + wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void oneUserIsShownWithWhatBelongsToIt() {
        User user = users.make(UserRole.USER);
        accounts.createOrganization("org-" + UUID.randomUUID(), "Lovelace", user.id());
        users.signIn(user);

        JsonNode detail = asAdministrator.get(path(user)).json();

        assertThat(detail.at("/user/email").asText()).isEqualTo(user.email());
        assertThat(detail.at("/user/last_seen_at").asText()).isNotEmpty();
        assertThat(detail.at("/organizations/0/name").asText()).isEqualTo("Lovelace");
        assertThat(detail.at("/sessions/0/device").asText()).isEqualTo("Firefox on Linux");
        assertThat(detail.path("key_count").asInt()).isZero();
    }

    private JsonNode change(User user, String body) {
        Browser.Answer answer = asAdministrator.json("PATCH", path(user), body);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private static String path(User user) {
        return USERS + "/" + Ids.format(User.PREFIX, user.id());
    }
}
