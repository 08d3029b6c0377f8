package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TwoFactorHttpTest {
    private static final String PAGE = "/settings/two-factor";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    @Test
    @Tag("S-15")
    void aUserSetsAnAppUpAndSignsInWithItsCodeFromThenOn() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Browser browser = SignedIn.browser(server, user);
        assertThat(browser.get(PAGE).body()).contains("Set up an app");
        assertThat(browser.form(PAGE + "/begin").location()).isEqualTo(PAGE);
        Browser.Answer setup = browser.get(PAGE);
        assertThat(setup.body()).contains("<svg class=\"qr\"").doesNotContain("style=");
        byte[] secret = secret(setup.body());
        assertThat(browser.form(PAGE + "/confirm", "code", "123").status()).isEqualTo(400);

        String codes = browser.form(PAGE + "/confirm", "code", code(secret, 0)).body();
        assertThat(codes).contains("Save these codes now");
        String recovery = found("<pre class=\"codes\"[^>]*>([a-z0-9-]{19})", codes);
        assertThat(browser.get(PAGE).body()).contains("10 left").doesNotContain(recovery);

        Browser elsewhere = SignedIn.stranger(server);
        Browser.Answer asked = elsewhere.form(
                "/authentication/sign_in",
                "email",
                user.email(),
                "password",
                SignInFixture.PASSWORD,
                "rd",
                "/settings");
        assertThat(asked.status()).isEqualTo(200);
        assertThat(elsewhere.cookie()).isEmpty();
        String step = found("name=\"step\" value=\"([^\"]+)\"", asked.body());
        Browser.Answer wrong =
                elsewhere.form("/authentication/sign_in/code", "step", step, "code", "12345x", "rd", "/settings");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.body()).contains("role=\"alert\"").contains(step);
        Browser.Answer in =
                elsewhere.form("/authentication/sign_in/code", "step", step, "code", code(secret, 1), "rd", "//evil");
        assertThat(in.location()).isEqualTo("/");
        assertThat(elsewhere.get("/settings").status()).isEqualTo(200);
        assertThat(SignedIn.stranger(server)
                        .form("/authentication/sign_in/code", "step", step, "code", recovery)
                        .status())
                .as("a step works once")
                .isEqualTo(401);

        Browser program = new SignedInUsers(accounts, server).browser();
        assertThat(program.json("POST", "/authentication/sign_in", json(user, ""))
                        .code())
                .isEqualTo("second_factor_required");
        assertThat(program.json("POST", "/authentication/sign_in", json(user, recovery))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void itIsTurnedOffAgainAndHasNewCodesWhenAsked() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Browser browser = SignedIn.browser(server, user);
        turnOn(browser);

        assertThat(browser.get("/settings").body()).contains("10 recovery codes are left");
        assertThat(browser.form(PAGE + "/codes").body()).contains("Save these codes now");
        assertThat(browser.form(PAGE + "/off").location()).isEqualTo("/settings");
        assertThat(browser.get("/settings").body()).contains("Have a code of an app asked for");
    }

    /// Sets an app up, whose code of now is used then.
    ///
    /// @return its secret
    static byte[] turnOn(Browser browser) {
        browser.form(PAGE + "/begin");
        byte[] secret = secret(browser.get(PAGE).body());
        browser.form(PAGE + "/confirm", "code", code(secret, 0));
        return secret;
    }

    private static String json(User user, String code) {
        return "{\"email\":\"" + user.email() + "\",\"password\":\"" + SignInFixture.PASSWORD + "\""
                + (code.isEmpty() ? "" : ",\"code\":\"" + code + "\"") + "}";
    }

    private static byte[] secret(String page) {
        return SecondFactorTest.unbase32(
                found("<code id=\"totp-secret\">([A-Z2-7 ]+)</code>", page).replace(" ", ""));
    }

    /// @param offset from the 30 seconds of now; each code works once
    static String code(byte[] secret, int offset) {
        return Totp.code(secret, Totp.step(Instant.now()) + offset);
    }

    private static String found(String pattern, String page) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
