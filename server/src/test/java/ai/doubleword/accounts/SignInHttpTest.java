package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Secret;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SignInHttpTest {
    private static final String ORIGIN = "http://localhost:8080";
    private static final String PASSWORD = SignInFixture.PASSWORD;

    @Inject
    Accounts accounts;

    @Inject
    AdminLinks links;

    @TestHTTPResource("/")
    URI server;

    @Test
    @Tag("S-14")
    void signingInByFormLeadsBackToWhereOneCameFrom() {
        User user = newUser();
        Browser browser = browser().with("Accept", "text/html");

        Browser.Answer closed = browser.get("/home?tab=keys");
        assertThat(closed.status()).isEqualTo(303);
        assertThat(closed.location()).isEqualTo("/authentication/sign_in?rd=%2Fhome%3Ftab%3Dkeys");
        Browser.Answer form = browser.get(closed.location());
        assertThat(form.status()).isEqualTo(200);
        assertThat(form.body()).contains("name=\"rd\" value=\"/home?tab=keys\"");
        assertThat(form.response().headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> {
                    assertThat(policy).contains("frame-ancestors 'none'").doesNotContain("unsafe");
                });

        Browser.Answer wrong = browser.form(
                "/authentication/sign_in", "rd", "/home?tab=keys", "email", user.email(), "password", "wrong");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.body()).contains("role=\"alert\"").contains("value=\"" + user.email() + "\"");
        assertThat(browser.cookie()).isEmpty();

        Browser.Answer signedIn = browser.form(
                "/authentication/sign_in", "rd", "/home?tab=keys", "email", user.email(), "password", PASSWORD);
        assertThat(signedIn.status()).isEqualTo(303);
        assertThat(signedIn.location()).isEqualTo("/home?tab=keys");
        assertThat(browser.get("/me").body()).contains(user.email());
        assertThat(browser.get("/authentication/sign_in?rd=/home?tab=keys").location())
                .isEqualTo("/home?tab=keys");
    }

    @Test
    @Tag("S-14")
    void theCookieIsOutOfReachForScriptsAndOtherSites() {
        User user = newUser();
        Browser.Answer answer = browser().form("/authentication/sign_in", "email", user.email(), "password", PASSWORD);
        assertThat(answer.response().headers().firstValue("Set-Cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie)
                        .startsWith("dw-session=")
                        .containsIgnoringCase("HttpOnly")
                        .containsIgnoringCase("SameSite=Lax")
                        .containsIgnoringCase("Path=/")
                        .doesNotContainIgnoringCase("Domain"));
    }

    @Test
    @Tag("S-14")
    void whereToGoIsNeverAnotherSite() {
        User user = newUser();
        for (String rd : new String[] {"//evil.example", "/\\evil.example", "https://evil.example/"}) {
            Browser.Answer answer =
                    browser().form("/authentication/sign_in", "rd", rd, "email", user.email(), "password", PASSWORD);
            assertThat(answer.location()).as(rd).isEqualTo("/");
        }
    }

    @Test
    @Tag("S-14")
    void theSessionIdChangesAtSignInAndAPlantedOneIsWorthNothing() {
        User user = newUser();
        Browser browser = browser().withCookie("dw-session=planted");
        browser.form("/authentication/sign_in", "email", user.email(), "password", PASSWORD);
        String first = browser.cookie();
        assertThat(first).isNotEqualTo("dw-session=planted");

        browser.form("/authentication/sign_in", "email", user.email(), "password", PASSWORD);

        assertThat(browser.cookie()).isNotEqualTo(first);
        assertThat(browser()
                        .withCookie(first)
                        .get("/admin/api/v1/users/current/sessions")
                        .code())
                .isEqualTo("sign_in_required");
    }

    @Test
    @Tag("S-14")
    void aChangeNeedsOurOriginAndTheSessionsToken() {
        User user = newUser();
        Browser browser = browser().signIn(user.email(), PASSWORD);
        String path = "/admin/api/v1/users/current/sessions/end-others";
        assertThat(browser.json("POST", path, "{}").status()).isEqualTo(200);

        String token =
                new Browser(server, ORIGIN).signIn(newUser().email(), PASSWORD).csrf();
        assertThat(copy(browser)
                        .with("Origin", "https://evil.example")
                        .json("POST", path, "{}")
                        .code())
                .isEqualTo("cross_site_refused");
        assertThat(copy(browser).with("Origin", "null").json("POST", path, "{}").code())
                .isEqualTo("cross_site_refused");
        assertThat(copy(browser).without("Origin").json("POST", path, "{}").code())
                .isEqualTo("cross_site_refused");
        assertThat(copy(browser)
                        .without(CrossSite.HEADER)
                        .json("POST", path, "{}")
                        .code())
                .isEqualTo("cross_site_refused");
        assertThat(copy(browser)
                        .with(CrossSite.HEADER, token)
                        .json("POST", path, "{}")
                        .code())
                .as("another session's token")
                .isEqualTo("cross_site_refused");
        assertThat(copy(browser)
                        .without(CrossSite.HEADER)
                        .json("DELETE", "/admin/api/v1/users/current/api-keys/something", "")
                        .code())
                .as("a management route, by cookie")
                .isEqualTo("cross_site_refused");
    }

    @Test
    @Tag("S-14")
    void aFormCarriesTheTokenInAField() {
        Browser browser = browser().signIn(newUser().email(), PASSWORD);
        String token = browser.csrf();
        browser.without(CrossSite.HEADER);

        assertThat(browser.form("/authentication/sign_out").code()).isEqualTo("cross_site_refused");
        assertThat(browser.form("/authentication/sign_out", "csrf_token", "x" + token)
                        .code())
                .isEqualTo("cross_site_refused");
        Matcher shown = Pattern.compile("name=\"csrf_token\" value=\"([^\"]+)\"")
                .matcher(browser.get("/me").body());
        assertThat(shown.find()).isTrue();
        Browser.Answer out = browser.form("/authentication/sign_out", "csrf_token", shown.group(1));
        assertThat(out.status()).isEqualTo(303);
        assertThat(browser.cookie()).isEmpty();
    }

    @Test
    @Tag("S-14")
    void signingOutHoldsOnTheServer() {
        Browser browser = browser().signIn(newUser().email(), PASSWORD);
        String cookie = browser.cookie();

        assertThat(browser.json("POST", "/authentication/sign_out", "").status())
                .isEqualTo(303);

        assertThat(browser()
                        .withCookie(cookie)
                        .get("/admin/api/v1/users/current/sessions")
                        .code())
                .isEqualTo("sign_in_required");
    }

    @Test
    void sessionsAreListedAndEndedOneByOne() {
        User user = newUser();
        Browser here = browser().signIn(user.email(), PASSWORD);
        Browser there = browser().signIn(user.email(), PASSWORD);

        var list = here.get("/admin/api/v1/users/current/sessions").json();
        assertThat(list).hasSize(2);
        assertThat(list.findValuesAsText("device")).containsOnly("Firefox on Linux");
        assertThat(list.findValuesAsText("address")).allMatch(address -> !address.isEmpty());
        String other = "";
        for (var session : list) {
            if (!session.path("current").asBoolean()) {
                other = session.path("id").asText();
            }
        }
        assertThat(here.json("DELETE", "/admin/api/v1/users/current/sessions/" + other, "")
                        .status())
                .isEqualTo(204);
        assertThat(there.get("/admin/api/v1/users/current/sessions").status()).isEqualTo(401);
        assertThat(here.get("/admin/api/v1/users/current/sessions").json()).hasSize(1);
    }

    @Test
    void aBrowserManagesInItsOwnAccountOrInTheOrganizationThatItNames() {
        User user = newUser();
        String slug = "org-" + UUID.randomUUID();
        Organization organization = accounts.createOrganization(slug, "Acme", user.id());
        Organization foreign = accounts.createOrganization(
                "for-" + UUID.randomUUID(), "F", newUser().id());
        Browser browser = browser().signIn(user.email(), PASSWORD);

        assertThat(browser.get("/admin/api/v1/users/current")
                        .json()
                        .path("email")
                        .asText())
                .isEqualTo(user.email());
        String keys = "/admin/api/v1/users/current/api-keys";
        assertThat(browser.json("POST", keys, "{\"name\":\"own\"}").status()).isEqualTo(201);
        browser.with("X-Organization-Id", slug);
        assertThat(browser.get(keys).json().path("total_count").asInt()).isZero();
        browser.with("X-Organization-Id", Ids.format(Organization.PREFIX, organization.id()));
        assertThat(browser.get(keys).json().path("total_count").asInt()).isZero();
        browser.with("X-Organization-Id", foreign.slug());
        assertThat(browser.get(keys).status()).isEqualTo(404);
    }

    @Test
    void aKeyInTheHeaderWinsOverTheCookie() {
        Browser browser = browser().signIn(newUser().email(), PASSWORD).with("Authorization", "Bearer dw_pk_nonsense");
        assertThat(browser.get("/admin/api/v1/users/current").code()).isEqualTo("invalid_api_key");
    }

    @Test
    @Tag("S-15")
    void theAdministratorsLinkSetsThePasswordSignsInAndWorksOnce() {
        User user = newUser();
        Browser stale = browser().signIn(user.email(), PASSWORD);
        String path;
        try (Secret token = links.create(user.id())) {
            path = "/claim/" + token.revealText();
        }
        Browser browser = browser().with("Accept", "text/html");
        String email = user.email();
        Browser.Answer common = browser.form(path, "email", email, "password", "password1234", "again", "password1234");
        assertThat(common.status()).isEqualTo(400);
        assertThat(common.body()).contains("too easy to guess");

        Browser.Answer claimed =
                browser.form(path, "email", email, "password", "nine quiet harbours", "again", "nine quiet harbours");

        assertThat(claimed.status()).isEqualTo(303);
        assertThat(claimed.location()).isEqualTo("/");
        assertThat(browser.get("/me").body()).contains(email);
        assertThat(browser.form(path, "email", email, "password", "nine quiet harbours", "again", "nine quiet harbours")
                        .status())
                .isEqualTo(404);
        assertThat(stale.get("/admin/api/v1/users/current/sessions").status())
                .as("whoever held the account before is out")
                .isEqualTo(401);
    }

    private Browser browser() {
        return new Browser(server, ORIGIN);
    }

    private Browser copy(Browser browser) {
        return browser().withCookie(browser.cookie()).with(CrossSite.HEADER, browser.csrf());
    }

    private User newUser() {
        String name = "u-" + UUID.randomUUID();
        User user = accounts.createUser(name, name + "@example.com", UserRole.USER);
        return accounts.claim(user.id(), user.email(), Passwords.hash(PASSWORD, user.email()));
    }
}
