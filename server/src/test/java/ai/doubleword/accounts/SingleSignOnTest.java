package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Signing in at an issuer, over real HTTP, with tokens that are really signed, and with every attack we know of.
@QuarkusTest
@TestProfile(TestIssuerProfile.class)
class SingleSignOnTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CORP = "/authentication/oidc/corp";
    private static final String CURRENT = "/admin/api/v1/users/current";

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @TestHTTPResource("/")
    URI server;

    // Injected, it would be asked of the servers of all other tests too.
    private final String issuer = ConfigProvider.getConfig().getValue("doubleword.oidc.corp.issuer", String.class);

    private SignedInUsers users;
    private Browser browser;
    private final String subject = UUID.randomUUID().toString();
    private final String email = "sso-" + subject + "@example.com";

    @BeforeEach
    void open() {
        users = new SignedInUsers(accounts, server);
        browser = SignedIn.stranger(server);
    }

    @Test
    void whoIsNewGetsAUserAndComesBackToWhereTheyWanted() {
        String page = browser.get("/authentication/sign_in?rd=%2Fme%2Fapi-keys%3Fq%3Dci")
                .body();
        assertThat(page)
                .contains("Continue with Corp &lt;SSO&gt;", CORP + "?rd=%2Fme%2Fapi-keys%3Fq%3Dci")
                .contains("Continue with closed");

        Browser.Answer sent = browser.get(CORP + "?rd=%2Fme%2Fapi-keys%3Fq%3Dci");
        assertThat(sent.status()).isEqualTo(303);
        assertThat(sent.location()).startsWith(issuer + "/authorize?");
        assertThat(asked(sent))
                .containsEntry("response_type", "code")
                .containsEntry("client_id", TestIssuer.CLIENT)
                .containsEntry("scope", "openid email profile")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("redirect_uri", "http://localhost:8080" + CORP + "/callback");
        Browser.Answer back = comeBack(sent, claims());

        assertThat(back.status()).as(back.body()).isEqualTo(200);
        assertThat(back.body()).contains("content=\"0;url=/me/api-keys?q=ci\"");
        JsonNode current = asProgram().get(CURRENT).json();
        assertThat(current.path("email").asText()).isEqualTo(email);
        assertThat(accounts.userByEmail(email).orElseThrow().claimed()).isTrue();
        assertThat(audit()).contains("identity.linked", "user.created", "session.opened");
    }

    @Test
    @Tag("S-14")
    void aForeignAddressIsNoPlaceToComeBackTo() {
        Browser.Answer back = comeBack(browser.get(CORP + "?rd=https%3A%2F%2Fevil.example"), claims());
        assertThat(back.body()).contains("content=\"0;url=/\"").doesNotContain("evil.example");
    }

    @Test
    void aUserIsLinkedByAVerifiedAddressAndThenKnownByTheSubject() {
        User user = accounts.createUser("u-" + subject, email, UserRole.USER);
        assertThat(signIn("closed", claims().put("email", "elsewhere@example.com"))
                        .status())
                .isEqualTo(401);
        signIn("corp", claims());
        assertThat(currentUser()).isEqualTo(Ids.format(User.PREFIX, user.id()));

        browser = SignedIn.stranger(server);
        signIn("corp", claims().put("email", "changed-" + email));
        assertThat(currentUser()).isEqualTo(Ids.format(User.PREFIX, user.id()));
        assertThat(accounts.userByEmail("changed-" + email)).isEmpty();
    }

    @Test
    @Tag("S-15")
    void linkingSignsOutWhoeverHeldTheAddress() {
        User user = users.make(UserRole.USER);
        confirm(user);
        Browser earlier = users.signIn(user);
        signIn("corp", claims().put("email", user.email()));
        assertThat(currentUser()).isEqualTo(Ids.format(User.PREFIX, user.id()));
        assertThat(earlier.get(CURRENT).status()).isEqualTo(401);
    }

    @Test
    @Tag("S-15")
    void aUserWhoTookAnAddressWithoutConfirmingItIsNotLinkedToWhoHasIt() {
        User taker = users.make(UserRole.USER);
        Browser.Answer refused = signIn("corp", claims().put("email", taker.email()));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.body()).contains("never confirmed it");

        confirm(taker);
        signIn("corp", claims().put("email", taker.email()));
        assertThat(currentUser()).isEqualTo(Ids.format(User.PREFIX, taker.id()));
    }

    @Test
    @Tag("S-15")
    void anAddressThatIsNotVerifiedLinksNobodyAndMakesNobody() {
        User user = users.make(UserRole.USER);
        ObjectNode silent = claims().put("email", user.email());
        silent.remove("email_verified");
        for (ObjectNode claims : List.of(
                silent,
                claims().put("email", user.email()).put("email_verified", false),
                claims().put("email_verified", false))) {
            Browser.Answer refused = signIn("corp", claims);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.body()).contains("verified your mail address");
        }
        assertThat(accounts.userByEmail(email)).isEmpty();
        assertThat(asProgram().get(CURRENT).status()).isEqualTo(401);
    }

    @Test
    void withoutSignUpNobodyIsMadeAndOtherDomainsStayOut() {
        assertThat(signIn("closed", claims().put("email", subject + "@example.org"))
                        .body())
                .contains("Ask an administrator for a user");
        User user = accounts.createUser("o-" + subject, subject + "@example.org", UserRole.USER);
        assertThat(signIn("closed", claims().put("email", user.email())).status())
                .isEqualTo(200);
        User other = users.make(UserRole.USER);
        assertThat(signIn("closed", claims().put("sub", "another").put("email", other.email()))
                        .body())
                .contains("Addresses of this domain");
    }

    @Test
    void aDisabledOrErasedUserStaysOut() {
        signIn("corp", claims());
        User user = accounts.userByEmail(email).orElseThrow();
        accounts.setDisabled(user.id(), true);
        assertThat(signIn("corp", claims()).body()).contains("Your user is disabled");

        Browser administrator = users.signIn(users.make(UserRole.ADMINISTRATOR));
        assertThat(administrator
                        .json("DELETE", "/admin/api/v1/users/" + Ids.format(User.PREFIX, user.id()), "")
                        .status())
                .isEqualTo(204);
        signIn("corp", claims());
        assertThat(currentUser()).as("somebody new").isNotEqualTo(Ids.format(User.PREFIX, user.id()));
    }

    @Test
    void rulesGiveRoleGroupsAndOrganizationAndTakeRoleAndGroupsBack() {
        User owner = users.make(UserRole.USER);
        Organization staff = accounts.organizationBySlug("sso-staff")
                .orElseGet(() -> accounts.createOrganization("sso-staff", "Staff", owner.id()));
        ObjectNode claims = claims();
        claims.putArray("groups").add("ops").add("audit").add("staff");
        claims.putObject("realm_access").putArray("roles").add("research");
        signIn("corp", claims);

        User user = accounts.userByEmail(email).orElseThrow();
        assertThat(user.role()).isEqualTo(UserRole.ADMINISTRATOR);
        assertThat(accounts.account(user.account()).orElseThrow().groups()).containsExactly("sso-research");
        assertThat(accounts.members(staff))
                .filteredOn(member -> member.user() == user.id())
                .singleElement()
                .extracting(Member::role)
                .isEqualTo(MemberRole.ADMIN);

        signIn("corp", claims());
        assertThat(accounts.user(user.id()).orElseThrow().role()).isEqualTo(UserRole.USER);
        assertThat(accounts.account(user.account()).orElseThrow().groups()).isEmpty();
        assertThat(accounts.members(staff)).anyMatch(member -> member.user() == user.id());
    }

    @Test
    void anIssuerMayChangeItsKeys() throws Exception {
        assertThat(signIn("corp", claims()).status()).isEqualTo(200);
        HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(issuer + "/rotate")).build(), BodyHandlers.discarding());
        assertThat(signIn("corp", claims()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @Tag("S-15")
    @CsvSource({
        "alg, none",
        "alg, HS256",
        "alg, stranger",
        "aud, somebody-else",
        "iss, http://evil.example",
        "nonce, of-another-attempt",
        "exp_in, -600",
    })
    void aTokenThatDoesNotStandUpSignsNobodyIn(String claim, String value) {
        Browser.Answer refused = signIn("corp", claims().put(claim, value));
        assertThat(refused.status()).as(refused.body()).isEqualTo(502);
        assertThat(refused.body()).contains("does not stand up");
        assertThat(asProgram().get(CURRENT).status()).isEqualTo(401);
        assertThat(accounts.userByEmail(email)).isEmpty();
        assertThat(audit()).contains("sign_in.refused");
    }

    @Test
    @Tag("S-14")
    void onlyTheBrowserThatBeganFinishesAndOnlyOnce() {
        Browser.Answer sent = browser.get(CORP);
        String cookie = binding(sent);
        Map<String, String> asked = asked(sent);
        String callback = CORP + "/callback?code=" + TestIssuer.code(asked, claims()) + "&state=";

        assertThat(SignedIn.stranger(server).get(callback + asked.get("state")).status())
                .as("another browser")
                .isEqualTo(400);
        Browser.Answer theirs = SignedIn.stranger(server).get(CORP);
        assertThat(with(binding(theirs)).get(callback + asked.get("state")).status())
                .as("another attempt's cookie")
                .isEqualTo(400);
        assertThat(with(cookie).get(callback + asked(theirs).get("state")).status())
                .as("another attempt's state")
                .isEqualTo(400);
        assertThat(with(cookie).get(callback).status()).as("no state").isEqualTo(400);
        assertThat(with(cookie)
                        .get(callback.replace("/corp/", "/closed/") + asked.get("state"))
                        .status())
                .as("another issuer's address")
                .isEqualTo(400);

        assertThat(with(cookie).get(callback + asked.get("state")).status()).isEqualTo(200);
        assertThat(with(cookie).get(callback + asked.get("state")).status())
                .as("replayed")
                .isEqualTo(400);
    }

    @Test
    @Tag("S-14")
    void aCodeThatWasUsedOrStolenIsWorthNothing() {
        Browser.Answer sent = browser.get(CORP);
        String code = TestIssuer.code(asked(sent), claims());
        assertThat(finish("corp", sent, code, "").status()).isEqualTo(200);
        // In an attempt of one's own the verifier is another, and the issuer refuses the code.
        assertThat(finish("corp", browser.get(CORP), code, "").status()).isEqualTo(502);
        String stolen = TestIssuer.code(asked(SignedIn.stranger(server).get(CORP)), claims());
        assertThat(finish("corp", browser.get(CORP), stolen, "").status()).isEqualTo(502);
    }

    @Test
    void anAnswerOfAnotherIssuerAndANoAreRefused() {
        Browser.Answer sent = browser.get(CORP);
        assertThat(finish("corp", sent, TestIssuer.code(asked(sent), claims()), "&iss=http%3A%2F%2Fevil.example")
                        .status())
                .isEqualTo(502);
        Browser.Answer said = finish("corp", browser.get(CORP), "", "&error=access_denied");
        assertThat(said.status()).isEqualTo(401);
        assertThat(said.body()).contains("It did not sign you in");
        assertThat(browser.get("/authentication/oidc/nobody").status()).isEqualTo(404);
    }

    @Test
    @Tag("S-07")
    void anIssuerAtAMetadataAddressIsNeverAsked() {
        assertThat(browser.get("/authentication/oidc/cloud").status()).isEqualTo(502);
        Browser administrator = users.signIn(users.make(UserRole.ADMINISTRATOR));
        Browser.Answer check = administrator.json("POST", "/admin/api/v1/single-sign-on/cloud/check", "{}");
        assertThat(check.status()).isEqualTo(502);
        assertThat(check.json().path("message").asText()).contains("must not reach");
    }

    @Test
    void aDryRunSaysWhatClaimsWouldLeadToAndChangesNothing() {
        Browser administrator = users.signIn(users.make(UserRole.ADMINISTRATOR));
        ObjectNode claims = claims();
        claims.putArray("groups").add("audit").add("staff");
        String trial = JSON.createObjectNode().set("claims", claims).toString();

        JsonNode report = administrator
                .json("POST", "/admin/api/v1/single-sign-on/corp/check", trial)
                .json();

        assertThat(report.at("/issuer/redirect_uri").asText()).endsWith(CORP + "/callback");
        assertThat(report.path("keys").asInt()).isEqualTo(1);
        assertThat(report.at("/outcome/result").asText()).isEqualTo("new");
        assertThat(report.at("/outcome/role").asText()).isEqualTo("auditor");
        assertThat(report.at("/outcome/leaves_groups/0").asText()).isEqualTo("sso-research");
        assertThat(report.at("/outcome/organizations/sso-staff").asText()).isEqualTo("admin");
        assertThat(accounts.userByEmail(email)).isEmpty();
        assertThat(administrator.get("/admin/api/v1/single-sign-on").json().findValuesAsText("name"))
                .containsExactly("closed", "cloud", "corp");
        assertThat(administrator.get("/admin/api/v1/single-sign-on").body()).doesNotContain(TestIssuer.SECRET);
        assertThat(users.signIn(users.make(UserRole.USER))
                        .get("/admin/api/v1/single-sign-on")
                        .status())
                .isEqualTo(403);
    }

    @Test
    @Tag("S-15")
    void whoSignedInLongAgoAtTheIssuerProvesItThereAgain() {
        String sensitive = "/settings/sessions/end-others";
        signIn(
                "corp",
                claims().put("auth_time", Instant.now().minusSeconds(3_600).getEpochSecond()));
        browser = signedInHere();
        Browser.Answer asked =
                browser.with("Referer", "http://localhost:8080/settings?x=1").form(sensitive);
        assertThat(asked.status()).isEqualTo(403);
        assertThat(asked.body())
                .contains("href=\"" + CORP + "?rd=%2Fsettings%3Fx%3D1&amp;again=yes\"")
                .doesNotContain("name=\"confirm_password\"");

        Browser.Answer sent = browser.get(CORP + "?rd=%2Fsettings&again=yes");
        assertThat(asked(sent)).containsEntry("prompt", "login").containsEntry("max_age", "0");
        comeBack(sent, claims().put("auth_time", Instant.now().getEpochSecond()));
        assertThat(signedInHere().form(sensitive).status()).isEqualTo(303);
    }

    /// The browser that came back, as its pages send forms: with the token that stands in them.
    private Browser signedInHere() {
        String page = browser.get("/settings").body();
        Matcher token =
                Pattern.compile("name=\"csrf_token\" value=\"([^\"]+)\"").matcher(page);
        assertThat(token.find()).isTrue();
        return browser.with(CrossSite.HEADER, token.group(1));
    }

    private void confirm(User user) {
        database.engine().useHandle(handle -> AccountStore.setVerified(handle, user.id()));
    }

    private ObjectNode claims() {
        return JSON.createObjectNode().put("sub", subject).put("email", email).put("email_verified", true);
    }

    private Browser.Answer signIn(String name, ObjectNode claims) {
        Browser.Answer sent = browser.get("/authentication/oidc/" + name);
        return finish(name, sent, TestIssuer.code(asked(sent), claims), "");
    }

    private Browser.Answer comeBack(Browser.Answer sent, ObjectNode claims) {
        return finish("corp", sent, TestIssuer.code(asked(sent), claims), "");
    }

    private Browser.Answer finish(String name, Browser.Answer sent, String code, String more) {
        browser.withCookie(binding(sent));
        return browser.get("/authentication/oidc/" + name + "/callback?code=" + code + "&state="
                + URLEncoder.encode(asked(sent).getOrDefault("state", ""), StandardCharsets.UTF_8) + more);
    }

    private Browser with(String cookie) {
        return SignedIn.stranger(server).withCookie(cookie);
    }

    private Browser asProgram() {
        return users.browser().withCookie(browser.cookie());
    }

    private String currentUser() {
        return asProgram().get(CURRENT).json().path("id").asText();
    }

    private String audit() {
        return users.signIn(users.make(UserRole.ADMINISTRATOR))
                .get("/admin/api/v1/audit?limit=50")
                .body();
    }

    private static Map<String, String> asked(Browser.Answer sent) {
        return TestIssuer.parameters(URI.create(sent.location()).getRawQuery());
    }

    private static String binding(Browser.Answer sent) {
        return sent.response().headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("dw-session-oidc="))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }
}
