package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Database;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a browser that lies open does not do: it asks who is there first. Which routes ask is walked by RouteWalkTest.
@QuarkusTest
class ConfirmationTest {
    private static final String BEGIN = "/settings/two-factor/begin";
    private static final String QUESTION = "Confirm that it is you";

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @TestHTTPResource("/")
    URI server;

    private User user;
    private Browser browser;

    @BeforeEach
    void signIn() {
        user = SignedIn.user(accounts, UserRole.USER);
        browser = SignedIn.browser(server, user);
    }

    @Test
    @Tag("S-15")
    void aProofIsGoodForAQuarterOfAnHour() {
        provenAgo("14 minutes");
        assertThat(browser.form(BEGIN).status()).isEqualTo(303);
        provenAgo("16 minutes");
        Browser.Answer asked = browser.form(BEGIN);
        assertThat(asked.status()).isEqualTo(403);
        assertThat(asked.body()).contains(QUESTION, "action=\"" + BEGIN + "\"", "name=\"confirm_password\"");
        assertThat(asked.body()).doesNotContain("class=\"notice bad\"");
    }

    @Test
    @Tag("S-15")
    void thePasswordGoesAlongWithWhatItWasAskedFor() {
        provenAgo("1 day");
        Browser elsewhere = SignedIn.browser(server, user);
        provenAgo("1 day");
        Browser.Answer wrong = browser.form(BEGIN, "confirm_password", "not the one");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.body()).contains(QUESTION, "This is not your current password.");
        assertThat(wrong.body()).doesNotContain("not the one");

        assertThat(browser.form(BEGIN, "confirm_password", SignInFixture.PASSWORD)
                        .location())
                .isEqualTo("/settings/two-factor");
        assertThat(browser.form(BEGIN).status()).as("proved for a while").isEqualTo(303);
        assertThat(elsewhere.form(BEGIN).status()).as("another browser").isEqualTo(403);
    }

    @Test
    void whatWasTypedIsSentAgainWithTheProof() {
        provenAgo("1 day");
        String keys = "/me/api-keys";
        String form = "name=%22%3Cb%3Edeploy&type=platform&expires=never&box=usage&box=keys&labels=a%3Db%0Ac%3Dd";
        Browser.Answer asked = browser.formOf(keys, form);
        assertThat(asked.status()).isEqualTo(403);
        assertThat(asked.body())
                .contains("name=\"name\" value=\"&quot;&lt;b&gt;deploy\"")
                .contains("name=\"box\" value=\"usage\"", "name=\"box\" value=\"keys\"")
                .contains("name=\"labels\" value=\"a=b\nc=d\"")
                .doesNotContain("<b>deploy");
        assertThat(browser.formOf(keys, form.replace("type=platform", "type=inference"))
                        .status())
                .as("a key that calls models is made without a question")
                .isEqualTo(201);
        Browser.Answer made =
                browser.formOf(keys, form + "&confirm_password=" + SignInFixture.PASSWORD.replace(" ", "+"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body()).contains("dw_pk_");
    }

    @Test
    void aDialogAsksWhereADialogWasOpen() {
        provenAgo("1 day");
        Browser.Answer asked = browser.with("HX-Request", "true")
                .with("HX-Current-URL", "http://localhost:8080/me/api-keys?q=ci")
                .with("Accept", "*/*")
                .form("/me/api-keys", "name", "deploy", "type", "platform", "expires", "never");
        assertThat(asked.status()).isEqualTo(403);
        assertThat(asked.response().headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(asked.body())
                .startsWith("<dialog")
                .contains("hx-post=\"/me/api-keys\"")
                .contains(QUESTION);
    }

    @Test
    void programsReadWhatToDo() {
        provenAgo("1 day");
        browser.with("Accept", "application/json");
        Browser.Answer refused = browser.json(
                "POST", "/admin/api/v1/users/current/api-keys", "{\"name\":\"deploy\",\"type\":\"platform\"}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("confirmation_required");
        assertThat(refused.json().path("message").asText()).contains("/settings/confirm");
        assertThat(browser.form("/settings/confirm").code()).isEqualTo("confirmation_required");
        assertThat(browser.form("/settings/confirm", "confirm_password", SignInFixture.PASSWORD)
                        .status())
                .isEqualTo(204);
        assertThat(browser.json(
                                "POST",
                                "/admin/api/v1/users/current/api-keys",
                                "{\"name\":\"deploy\",\"type\":\"platform\"}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    @Tag("S-14")
    void anotherSiteHasNoPasswordTried() {
        provenAgo("1 day");
        browser.without(CrossSite.HEADER).with("Accept", "application/json");
        assertThat(browser.form("/settings/confirm", "confirm_password", SignInFixture.PASSWORD)
                        .code())
                .isEqualTo("cross_site_refused");
        assertThat(fresh()).isFalse();
    }

    @Test
    @Tag("S-15")
    void aPasskeyOfTheUserIsAProofAndAnothersIsNone() {
        SoftAuthenticator own = passkey(browser, user);
        User other = SignedIn.user(accounts, UserRole.USER);
        SoftAuthenticator foreign = passkey(SignedIn.browser(server, other), other);
        provenAgo("1 day");
        browser.with("Accept", "text/html");
        assertThat(browser.form(BEGIN).body()).contains("data-passkey-confirm");
        browser.with("Accept", "*/*");
        assertThat(byPasskey(foreign).code()).isEqualTo("sign_in_refused");
        assertThat(fresh()).isFalse();
        assertThat(byPasskey(own).status()).isEqualTo(204);
        assertThat(fresh()).isTrue();
        assertThat(browser.form(BEGIN).status()).isEqualTo(303);
    }

    @Test
    @Tag("S-15")
    void aCodeOfTheAppIsAProofOnce() {
        byte[] secret = TwoFactorHttpTest.turnOn(browser);
        provenAgo("1 day");
        browser.with("Accept", "text/html");
        assertThat(browser.form(BEGIN).body())
                .contains("Your password", "Or a code of your authenticator app", "name=\"confirm_code\"");
        Browser.Answer wrong = browser.form("/settings/confirm", "confirm_password", "", "confirm_code", "12345");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.body()).contains(QUESTION, "This code is not right, or was used.");
        assertThat(fresh()).isFalse();

        String code = TwoFactorHttpTest.code(secret, 1);
        assertThat(browser.form("/settings/confirm", "confirm_password", "", "confirm_code", code)
                        .status())
                .isEqualTo(303);
        assertThat(fresh()).isTrue();
        provenAgo("1 day");
        assertThat(browser.form("/settings/confirm", "confirm_code", code).status())
                .as("used")
                .isEqualTo(403);
        assertThat(browser.form("/settings/confirm", "confirm_password", SignInFixture.PASSWORD, "confirm_code", "")
                        .status())
                .as("the password is still a proof")
                .isEqualTo(303);
    }

    @Test
    void aCodeIsAskedForWhereThereIsAnAppAlone() {
        provenAgo("1 day");
        assertThat(browser.form(BEGIN).body()).contains(QUESTION).doesNotContain("confirm_code");
        Browser.Answer nothing = browser.form(BEGIN, "confirm_password", "");
        assertThat(nothing.status()).isEqualTo(403);
        assertThat(nothing.body()).contains(QUESTION).doesNotContain("class=\"notice bad\"");
    }

    @Test
    void whatBeginsByALinkGoesOnAfterTheProof() {
        provenAgo("1 day");
        String login = "/admin/api/v1/auth/cli-callback?port=4711&state=s";
        Browser.Answer led = browser.get(login);
        assertThat(led.status()).isEqualTo(303);
        assertThat(led.location()).startsWith("/settings/confirm?rd=%2Fadmin");
        assertThat(browser.get(led.location()).body()).contains("port=4711&amp;state=s");
        Browser.Answer proved =
                browser.form("/settings/confirm", "rd", login, "confirm_password", SignInFixture.PASSWORD);
        assertThat(proved.body()).contains("content=\"0;url=" + login.replace("&", "&amp;") + "\"");
        assertThat(browser.get(login).location()).startsWith("http://127.0.0.1:4711/callback?");
        assertThat(browser.form("/settings/confirm", "rd", "//evil.example").location())
                .isEqualTo("/");
    }

    @Test
    void changingThePasswordIsAProof() {
        provenAgo("1 day");
        String next = "nine yellow umbrellas";
        assertThat(browser.form(
                                "/settings/password",
                                "current",
                                SignInFixture.PASSWORD,
                                "password",
                                next,
                                "again",
                                next)
                        .status())
                .isEqualTo(303);
        assertThat(fresh()).isTrue();
    }

    private SoftAuthenticator passkey(Browser of, User whose) {
        of.with("Accept", "*/*");
        SoftAuthenticator authenticator = new SoftAuthenticator(SignedInUsers.ORIGIN);
        String challenge = of.json("POST", "/settings/passkeys/options", "{}")
                .json()
                .path("challenge")
                .asText();
        String made = authenticator.create(challenge, PasskeySignIn.handle(whose.id()));
        assertThat(of.json("POST", "/settings/passkeys", "{\"name\":\"laptop\",\"credential\":" + made + "}")
                        .status())
                .isEqualTo(204);
        return authenticator;
    }

    private Browser.Answer byPasskey(SoftAuthenticator authenticator) {
        var options =
                browser.json("POST", "/settings/confirm/passkey/options", "{}").json();
        assertThat(options.path("allowCredentials")).hasSize(1);
        assertThat(Base64.getUrlDecoder().decode(options.path("challenge").asText()))
                .hasSize(32);
        String answer = authenticator.get(options.path("challenge").asText());
        return browser.json("POST", "/settings/confirm/passkey", "{\"credential\":" + answer + "}");
    }

    /// Moves the last proof of all sessions of the user back.
    private void provenAgo(String ago) {
        database.engine()
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE session SET proven_at = now() - :ago::interval WHERE user_id = :id")
                        .bind("ago", ago)
                        .bind("id", user.id())
                        .execute());
    }

    private boolean fresh() {
        return database.engine()
                .withHandle(handle -> handle.createQuery(
                                "SELECT max(proven_at) > now() - interval '1 minute' FROM session WHERE user_id = :id")
                        .bind("id", user.id())
                        .mapTo(Boolean.class)
                        .one());
    }
}
