package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The page that administrators manage users with.
@QuarkusTest
class UsersPageTest {
    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private Browser browser;

    @BeforeEach
    void signIn() {
        browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR));
    }

    @Test
    void searchFindsByNameAndAddressAndAnEmptyResultLeadsBack() {
        User user = SignedIn.user(accounts, UserRole.USER);

        assertThat(browser.get("/admin/users?q=" + user.email().toUpperCase(java.util.Locale.ROOT))
                        .body())
                .contains(user.username(), path(user), "1 user");
        assertThat(browser.get("/admin/users?q=" + UUID.randomUUID()).body()).contains("No user fits", "0 users");
        assertThat(browser.get("/admin/users?show=disabled&q=" + user.email()).body())
                .doesNotContain(path(user));
    }

    @Test
    void theListGoesOnWhereThePageEnded() {
        String common = "page-" + UUID.randomUUID();
        for (int i = 10; i < 61; i++) {
            accounts.createUser(common + i, common + i + "@example.com", UserRole.USER);
        }
        String first = browser.get("/admin/users?sort=-name&q=" + common).body();
        assertThat(first)
                .contains("51 users", "aria-sort=\"descending\"", common + "60", common + "11")
                .doesNotContain(common + "10");
        Matcher next =
                Pattern.compile("href=\"(/admin/users\\?[^\"]*after=[^\"]*)\"").matcher(first);
        assertThat(next.find()).isTrue();
        String second = browser.get(next.group(1).replace("&amp;", "&")).body();
        assertThat(second).contains(common + "10").doesNotContain(common + "11", "after=");
    }

    @Test
    @Tag("S-03")
    void aNewUsersLinkIsShownOnceAndWorks() {
        String email = "new-" + UUID.randomUUID() + "@example.com";
        Browser.Answer made = browser.form("/admin/users", "email", email, "role", "auditor");

        assertThat(made.status()).isEqualTo(201);
        Matcher link = Pattern.compile("/claim/[\\w-]{43}").matcher(made.body());
        assertThat(link.find()).isTrue();
        assertThat(SignedIn.stranger(server).get(link.group()).status()).isEqualTo(200);
        assertThat(browser.get("/admin/users?q=" + email).body())
                .contains("not claimed", "auditor")
                .doesNotContain("/claim/");
        Browser.Answer again = browser.form("/admin/users", "email", email, "role", "user");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body()).contains("role=\"alert\"", "value=\"" + email + "\"");
    }

    @Test
    void theDetailShowsSessionsAndOrganizations() {
        User user = SignedIn.user(accounts, UserRole.USER);
        accounts.createOrganization("org-" + UUID.randomUUID(), "Lovelace <Works>", user.id());
        SignedIn.browser(server, user);

        assertThat(browser.get(path(user)).body())
                .contains(user.email(), "Lovelace &lt;Works&gt;", "Firefox on Linux", "The user has made no key")
                .doesNotContain("Lovelace <Works>");
        assertThat(browser.get("/admin/users/user_nobody").status()).isEqualTo(404);
    }

    @Test
    void disablingAsksAndSignsOutForGood() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Browser theirs = SignedIn.browser(server, user);
        assertThat(browser.get(path(user) + "/disable").body()).contains("Disable user");

        assertThat(browser.form(path(user) + "/disable").status()).isEqualTo(303);
        assertThat(theirs.get("/settings").status()).isEqualTo(303);
        assertThat(browser.get(path(user)).body()).contains("disabled", "Enable");

        assertThat(browser.form(path(user) + "/enable").status()).isEqualTo(303);
        assertThat(theirs.get("/settings").status()).as("the session has ended").isEqualTo(303);
        assertThat(SignedIn.browser(server, user).get("/settings").status()).isEqualTo(200);
    }

    @Test
    void aRoleIsChangedAndAnUnknownOneRefused() {
        User user = SignedIn.user(accounts, UserRole.USER);
        assertThat(browser.form(path(user) + "/role", "role", "billing_manager").status())
                .isEqualTo(303);
        assertThat(accounts.user(user.id()).orElseThrow().role()).isEqualTo(UserRole.BILLING_MANAGER);
        assertThat(browser.form(path(user) + "/role", "role", "king").status()).isEqualTo(400);
    }

    @Test
    void erasingNeedsTheNameTyped() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Browser.Answer careless = browser.form(path(user) + "/erase", "username", "yes");
        assertThat(careless.status()).isEqualTo(400);
        assertThat(careless.body()).contains("Type the name");
        assertThat(accounts.user(user.id())).isPresent();

        assertThat(browser.form(path(user) + "/erase", "username", user.username())
                        .location())
                .isEqualTo("/admin/users");
        assertThat(browser.get(path(user)).status()).isEqualTo(404);
        assertThat(browser.get("/admin/users?q=" + user.email()).body()).doesNotContain(path(user));
    }

    @Test
    @Tag("S-09")
    void usersAreForAdministrators() {
        User user = SignedIn.user(accounts, UserRole.AUDITOR);
        Browser other = SignedIn.browser(server, user);
        assertThat(other.get("/admin/users").status()).isEqualTo(403);
        assertThat(other.get(path(user)).status()).isEqualTo(403);
        assertThat(other.form(path(user) + "/role", "role", "administrator").status())
                .isEqualTo(403);
        assertThat(other.get("/me").body()).doesNotContain("\"/admin/users\"");
        assertThat(browser.get("/me").body()).contains("\"/admin/users\"");
    }

    private static String path(User user) {
        return "/admin/users/" + Ids.format(User.PREFIX, user.id());
    }
}
