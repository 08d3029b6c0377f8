package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PasskeysHttpTest {
    private static final String ORIGIN = "http://localhost:8080";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    @Test
    @Tag("S-15")
    void aPasskeyIsAddedUnderSettingsAndSignsIn() {
        User user = SignedIn.user(accounts, UserRole.USER);
        SoftAuthenticator authenticator = new SoftAuthenticator(ORIGIN);
        Browser browser = SignedIn.browser(server, user).with("Accept", "application/json");
        JsonNode options =
                browser.json("POST", "/settings/passkeys/options", "{}").json();
        assertThat(options.at("/rp/id").asText()).isEqualTo("localhost");
        assertThat(options.at("/authenticatorSelection/userVerification").asText())
                .isEqualTo("required");
        assertThat(options.at("/authenticatorSelection/residentKey").asText()).isEqualTo("required");
        assertThat(options.at("/user/displayName").asText()).isEqualTo(user.username());
        byte[] handle = Base64.getUrlDecoder().decode(options.at("/user/id").asText());
        String made = authenticator.create(options.path("challenge").asText(), handle);
        assertThat(browser.json(
                                "POST",
                                "/settings/passkeys",
                                "{\"name\":\"<b>laptop</b>\",\"credential\":" + made + "}")
                        .status())
                .isEqualTo(204);
        assertThat(browser.json("POST", "/settings/passkeys/options", "{}")
                        .json()
                        .path("excludeCredentials"))
                .hasSize(1);
        assertThat(browser.with("Accept", "text/html").get("/settings").body())
                .contains("&lt;b&gt;laptop")
                .doesNotContain("<b>laptop");

        Browser elsewhere = SignedIn.stranger(server);
        assertThat(elsewhere.get("/authentication/sign_in?rd=/settings").body())
                .contains("data-passkey-sign-in")
                .contains("data-rd=\"/settings\"");
        elsewhere.with("Accept", "application/json");
        assertThat(signIn(elsewhere.with("Origin", "https://evil.example"), "{}")
                        .code())
                .isEqualTo("cross_site_refused");
        elsewhere.with("Origin", ORIGIN);
        String challenge = elsewhere
                .json("POST", "/authentication/passkey/options", "{}")
                .json()
                .path("challenge")
                .asText();
        String answer = authenticator.get(challenge);
        Browser.Answer in = signIn(elsewhere, answer);
        assertThat(in.status()).isEqualTo(200);
        assertThat(in.json().path("location").asText()).isEqualTo("/");
        assertThat(elsewhere
                        .get("/admin/api/v1/users/current")
                        .json()
                        .path("email")
                        .asText())
                .isEqualTo(user.email());
        assertThat(signIn(SignedIn.stranger(server).with("Accept", "application/json"), answer)
                        .code())
                .isEqualTo("sign_in_refused");
    }

    @Test
    @Tag("S-09")
    void passkeysOfAnotherUserDoNotExist() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Browser browser = SignedIn.browser(server, user);
        assertThat(browser.form("/settings/passkeys/passkey_00000000001/remove").status())
                .isEqualTo(404);
        assertThat(browser.form("/settings/passkeys/passkey_00000000001/rename", "name", "x")
                        .status())
                .isEqualTo(404);
    }

    private static Browser.Answer signIn(Browser browser, String credential) {
        return browser.json(
                "POST", "/authentication/passkey", "{\"rd\":\"//evil.example\",\"credential\":" + credential + "}");
    }
}
