package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Letting a program in that has no browser, as the program and its user see it (RFC 8628).
@QuarkusTest
class DeviceLoginTest {
    private static final String BEGIN = "/authentication/device";
    private static final String TOKEN = "/authentication/device/token";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    @Inject
    Accounts accounts;

    @Inject
    @ConfigProperty(name = "doubleword.database.migration-url")
    String databaseUrl;

    @TestHTTPResource("/")
    URI server;

    private SignedInUsers users;
    private User user;
    private Browser browser;
    private Browser program;

    @BeforeEach
    void signIn() {
        users = new SignedInUsers(accounts, server);
        user = users.make(UserRole.USER);
        browser = SignedIn.browser(server, user);
        program = users.browser().without("Origin");
    }

    @Test
    void afterAYesTheProgramGetsAPairOfKeysOnce() {
        JsonNode begun = begin("build box");
        assertThat(begun.path("verification_uri").asText()).endsWith("/device");
        assertThat(begun.path("interval").asInt()).isEqualTo(5);
        assertThat(begun.path("expires_in").asInt()).isEqualTo(600);
        assertThat(ask(begun).code()).isEqualTo("authorization_pending");
        assertThat(ask(begun).code()).isEqualTo("slow_down");

        String page = browser.get("/device?user_code=" + begun.path("user_code").asText())
                .body();
        assertThat(page)
                .contains("build box", "127.0.0.1", begun.path("user_code").asText(), user.email(), "Allow", "Deny")
                .doesNotContain("another address");
        Browser.Answer allowed = answer(begun, "allow", "");
        assertThat(allowed.body()).contains("build box is connected");

        Browser.Answer token = ask(begun);
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        JsonNode handed = token.json();
        assertThat(handed.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(handed.path("expires_in").asLong()).isEqualTo(90L * 86_400);
        assertThat(handed.path("access_token").asText())
                .isEqualTo(handed.path("inference_key").asText());
        assertThat(handed.path("email").asText()).isEqualTo(user.email());
        assertThat(handed.path("account_type").asText()).isEqualTo("personal");
        assertThat(new Http(server, handed.path("inference_key").asText())
                        .get("/v1/models")
                        .status())
                .isEqualTo(200);
        assertThat(new Http(server, handed.path("platform_key").asText())
                        .get("/admin/api/v1/users/current")
                        .body()
                        .path("email")
                        .asText())
                .isEqualTo(user.email());
        assertThat(ask(begun).code()).isEqualTo("invalid_grant");
    }

    @Test
    void aNewLoginOfTheSameDeviceReplacesThePairBefore() {
        for (int i = 0; i < 2; i++) {
            JsonNode begun = begin("laptop");
            answer(begun, "allow", "");
            ask(begun);
        }
        JsonNode keys = users.signIn(user)
                .get("/admin/api/v1/users/current/api-keys")
                .json()
                .path("data");
        assertThat(keys.findValuesAsText("name")).containsOnly("dw login, laptop");
        assertThat(keys.findValuesAsText("status")).containsExactlyInAnyOrder("active", "active", "revoked", "revoked");
    }

    @Test
    void theKeysAreInTheAccountThatTheUserChose() {
        Organization acme = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", user.id());
        JsonNode begun = begin("laptop");
        answer(begun, "allow", acme.slug());
        JsonNode handed = ask(begun).json();
        assertThat(handed.path("org_name").asText()).isEqualTo("Acme");
        assertThat(handed.path("account_type").asText()).isEqualTo("organization");
    }

    @Test
    @Tag("S-09")
    void nobodyLetsADeviceIntoAnAccountOfOthers() {
        User other = users.make(UserRole.USER);
        Organization acme = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", other.id());
        JsonNode begun = begin("laptop");
        assertThat(answer(begun, "allow", acme.slug()).status()).isEqualTo(404);
        assertThat(ask(begun).code()).isEqualTo("authorization_pending");
    }

    @Test
    void aNoIsFinal() {
        JsonNode begun = begin("laptop");
        assertThat(answer(begun, "deny", "").body()).contains("laptop was denied");
        assertThat(ask(begun).code()).isEqualTo("access_denied");
        assertThat(answer(begun, "allow", "").status()).isEqualTo(404);
    }

    @Test
    @Tag("S-14")
    void openingTheLinkOrAForeignFormAllowsNothing() {
        JsonNode begun = begin("laptop");
        String code = begun.path("user_code").asText();
        browser.get("/device?user_code=" + code + "&answer=allow");
        Browser foreign = SignedIn.browser(server, user).with("Origin", "https://evil.example");
        assertThat(foreign.form("/device", "user_code", code, "answer", "allow").status())
                .isEqualTo(403);
        Browser.Answer stranger = SignedIn.stranger(server).get("/device?user_code=" + code);
        assertThat(stranger.location()).startsWith("/authentication/sign_in?rd=%2Fdevice%3Fuser_code%3D");
        assertThat(ask(begun).code()).isEqualTo("authorization_pending");
    }

    @Test
    @Tag("S-15")
    void guessingCodesIsSlowedDownAlsoForWhoHasARightOne() {
        String right = begin("laptop").path("user_code").asText();
        assertThat(browser.get("/device?user_code=" + right).status()).isEqualTo(200);
        Browser.Answer slowed = browser.get("/device?user_code=" + right);
        // Each wrong one doubles the wait, so that it outlasts a slow machine in the end.
        for (int i = 0; i < 15 && slowed.status() != 429; i++) {
            browser.get("/device?user_code=BBBB-BBBB");
            slowed = browser.get("/device?user_code=" + right);
        }
        assertThat(slowed.status()).isEqualTo(429);
        assertThat(slowed.response().headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void anAllowedDeviceOfADisabledUserGetsNothing() {
        JsonNode begun = begin("laptop");
        answer(begun, "allow", "");
        accounts.setDisabled(user.id(), true);
        assertThat(ask(begun).code()).isEqualTo("access_denied");
    }

    @Test
    void whatADeviceCallsItselfIsText() {
        JsonNode begun = begin("<b>\u202Eevil\n</b>");
        assertThat(browser.get("/device?user_code=" + begun.path("user_code").asText())
                        .body())
                .contains("&lt;b&gt;evil&lt;/b&gt;")
                .doesNotContain("<b>", "\u202E");
    }

    @Test
    @Tag("S-02")
    void aDumpHoldsNeitherCode() {
        JsonNode begun = begin("laptop");
        assertThat(DatabaseDump.of(databaseUrl))
                .doesNotContain(
                        begun.path("device_code").asText(),
                        begun.path("user_code").asText(),
                        begun.path("user_code").asText().replace("-", ""));
    }

    @Test
    void whatTheProtocolDoesNotKnowIsRefusedInItsWords() {
        assertThat(program.form(BEGIN, "client_id", "somebody").code()).isEqualTo("invalid_client");
        assertThat(program.form(TOKEN, "client_id", "dw", "grant_type", "password")
                        .code())
                .isEqualTo("unsupported_grant_type");
        assertThat(program.form(TOKEN, "client_id", "dw", "grant_type", GRANT, "device_code", "made-up")
                        .code())
                .isEqualTo("invalid_grant");
    }

    private JsonNode begin(String device) {
        Browser.Answer answer = program.form(BEGIN, "client_id", "dw", "device_name", device);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private Browser.Answer ask(JsonNode begun) {
        return program.form(
                TOKEN,
                "client_id",
                "dw",
                "grant_type",
                GRANT,
                "device_code",
                begun.path("device_code").asText());
    }

    private Browser.Answer answer(JsonNode begun, String answer, String account) {
        return browser.form(
                "/device", "user_code", begun.path("user_code").asText(), "answer", answer, "account", account);
    }
}
