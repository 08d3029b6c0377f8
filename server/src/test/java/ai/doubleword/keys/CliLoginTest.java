package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Ids;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The browser login of `dw` 0.1.
@QuarkusTest
class CliLoginTest {
    private static final String PATH = "/admin/api/v1/auth/cli-callback";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private SignedInUsers users;
    private User user;
    private Browser browser;

    @BeforeEach
    void signIn() {
        users = new SignedInUsers(accounts, server);
        user = users.make(UserRole.USER);
        browser = users.signIn(user);
    }

    @Test
    void theWaitingProgramGetsAPairOfKeysThatWork() {
        Browser.Answer answer = browser.get(PATH + "?port=4711&state=a%26b");

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.location()).startsWith("http://127.0.0.1:4711/callback?");
        assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.response().headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        Map<String, String> handed = parameters(answer);
        assertThat(handed)
                .containsEntry("state", "a&b")
                .containsEntry("email", user.email())
                .containsEntry("user_id", Ids.format(User.PREFIX, user.id()))
                .containsEntry("account_type", "personal")
                .doesNotContainKey("org_id");
        assertThat(new Http(server, handed.get("platform_key"))
                        .get("/admin/api/v1/users/current")
                        .body()
                        .path("email")
                        .asText())
                .isEqualTo(user.email());
        assertThat(new Http(server, handed.get("inference_key"))
                        .get("/v1/models")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whoIsNotSignedInSignsInFirst() {
        String callback = PATH + "?port=4711&state=s";
        Browser fresh = users.browser().with("Accept", "text/html");
        Browser.Answer closed = fresh.get(callback);
        assertThat(closed.location())
                .startsWith("/authentication/sign_in?rd=%2Fadmin%2Fapi%2Fv1%2Fauth%2Fcli-callback");
        assertThat(fresh.get(closed.location()).response().headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).endsWith("form-action 'self' http://127.0.0.1:*"));
    }

    @Test
    void aNewLoginOfTheSameDeviceEndsThePairBefore() {
        browser.get(PATH + "?port=4711&state=one");
        browser.get(PATH + "?port=4711&state=two");
        var keys = browser.get("/admin/api/v1/users/current/api-keys").json().path("data");
        assertThat(keys.findValuesAsText("name")).containsOnly("dw login, Firefox on Linux");
        assertThat(keys.findValuesAsText("status")).containsExactlyInAnyOrder("active", "active", "revoked", "revoked");
    }

    @Test
    void inAnOrganizationTheKeysAreTheOrganizations() {
        Organization organization =
                accounts.createOrganization("org-" + UUID.randomUUID(), "Acme " + UUID.randomUUID(), user.id());
        for (String named : new String[] {
            organization.slug().toUpperCase(java.util.Locale.ROOT),
            organization.name().toLowerCase(java.util.Locale.ROOT)
        }) {
            Map<String, String> handed =
                    parameters(browser.get(PATH + "?port=4711&state=s&org=" + named.replace(" ", "%20")));
            assertThat(handed)
                    .containsEntry("account_type", "organization")
                    .containsEntry("org_name", organization.name())
                    .containsEntry("org_id", Ids.format(Organization.PREFIX, organization.id()));
        }
        assertThat(browser.get("/admin/api/v1/users/current/api-keys")
                        .json()
                        .path("total_count")
                        .asInt())
                .isZero();
    }

    @Test
    @Tag("S-14")
    void onlyASessionAndAPortOfTheOwnMachineWill() {
        assertThat(browser.get(PATH + "?port=80&state=s").status()).isEqualTo(400);
        assertThat(browser.get(PATH + "?port=4711@evil.example&state=s").status())
                .isEqualTo(400);
        assertThat(browser.get(PATH + "?port=4711").status()).isEqualTo(400);
        assertThat(browser.get(PATH + "?port=4711&state=s&org=no-such").status())
                .isEqualTo(400);
        Map<String, String> handed = parameters(browser.get(PATH + "?port=4711&state=s"));
        assertThat(new Http(server, handed.get("platform_key"))
                        .get(PATH + "?port=4711&state=s")
                        .status())
                .isEqualTo(401);
        assertThat(browser.with("Sec-Fetch-Site", "cross-site")
                        .get(PATH + "?port=4711&state=s")
                        .status())
                .isEqualTo(403);
    }

    private static Map<String, String> parameters(Browser.Answer answer) {
        return Arrays.stream(answer.location().split("\\?", 2)[1].split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }
}
