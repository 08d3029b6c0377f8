package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Secret;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The pages around mails, on a server without a mail server.
@QuarkusTest
class MailPagesHttpTest {
    private static final String NEW = "nine quiet harbours";
    private static final String ASK = "/authentication/password";

    @Inject
    Accounts accounts;

    @Inject
    AddressLinks links;

    @Inject
    Database database;

    @TestHTTPResource("/")
    URI server;

    private User ada;
    private User administrator;

    @BeforeEach
    void makeUsers() {
        ada = SignedIn.user(accounts, UserRole.USER);
        administrator = SignedIn.user(accounts, UserRole.ADMINISTRATOR);
    }

    @Test
    @Tag("S-15")
    void whoForgotThePasswordGetsTheSameAnswerForEachAddress() {
        Browser browser = SignedIn.stranger(server);
        assertThat(browser.get("/authentication/sign_in").body()).contains("href=\"" + ASK + "\"");
        assertThat(browser.get(ASK).status()).isEqualTo(200);
        String nobody = "nobody-" + UUID.randomUUID() + "@example.com";

        Browser.Answer known = browser.form(ASK, "email", ada.email());
        Browser.Answer unknown = browser.form(ASK, "email", nobody);

        assertThat(known.status()).isEqualTo(200);
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.body().replace(nobody, "")).isEqualTo(known.body().replace(ada.email(), ""));
        assertThat(browser.form(ASK, "email", "no address").status()).isEqualTo(400);
        assertThat(browser.with("Origin", "https://evil.example")
                        .form(ASK, "email", ada.email())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void nobodyRegistersUnlessTheOperatorLetsThem() {
        Browser browser = SignedIn.stranger(server);
        assertThat(browser.get("/authentication/register").status()).isEqualTo(404);
        assertThat(browser.form("/authentication/register", "email", "grace@example.com")
                        .status())
                .isEqualTo(404);
        assertThat(browser.get("/authentication/register/any-token").status()).isEqualTo(404);
        assertThat(browser.get("/authentication/sign_in").body()).doesNotContain("/authentication/register");
    }

    @Test
    void theLinkShowsAFormThatSetsThePassword() {
        Browser signedIn = SignedIn.browser(server, ada);
        String path = path(AddressLinks.Purpose.RESET, AddressLinks.RESET_PATH);
        Browser browser = SignedIn.stranger(server);
        assertThat(browser.get(path).body()).contains(ada.email());
        assertThat(browser.get(path).status()).as("looking does not use it up").isEqualTo(200);
        assertThat(browser.form(path, "password", NEW, "again", "another").status())
                .isEqualTo(400);
        assertThat(browser.form(path, "password", "short", "again", "short").status())
                .isEqualTo(400);

        assertThat(browser.form(path, "password", NEW, "again", NEW).status()).isEqualTo(200);

        assertThat(browser.cookie()).as("nobody is signed in by it").isEmpty();
        assertThat(browser.get(path).status()).isEqualTo(404);
        assertThat(browser.form(path, "password", NEW, "again", NEW).status()).isEqualTo(404);
        assertThat(signedIn.get("/settings").status()).isEqualTo(303);
        assertThat(SignedIn.stranger(server)
                        .signIn(ada.email(), NEW)
                        .get("/settings")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anAddressIsConfirmedBySettingsAndALink() {
        Browser browser = SignedIn.browser(server, ada);
        assertThat(browser.get("/settings").body()).doesNotContain("confirmed").doesNotContain("/settings/address");
        assertThat(browser.form("/settings/address").status()).isEqualTo(303);

        String path = path(AddressLinks.Purpose.VERIFY, AddressLinks.VERIFY_PATH);
        Browser elsewhere = SignedIn.stranger(server);
        assertThat(elsewhere.get(path).body()).contains(ada.email());
        assertThat(elsewhere.form(path).status()).isEqualTo(200);
        assertThat(elsewhere.form(path).status()).isEqualTo(404);
        assertThat(browser.get("/settings").body()).contains("confirmed");
    }

    @Test
    void aLinkOfAnAdministratorDoesNotGiveAUserAnothersAddress() {
        User made = accounts.createUser("m-" + UUID.randomUUID(), UUID.randomUUID() + "@example.com", UserRole.USER);
        URI url = URI.create(new SignedInUsers(accounts, server)
                .signIn(administrator)
                .json("POST", "/admin/api/v1/users/" + id(made) + "/link", "{}")
                .json()
                .path("url")
                .asText());
        Browser browser = SignedIn.stranger(server);
        browser.form(url.getPath(), "email", "victim@example.com", "password", NEW, "again", NEW);
        assertThat(accounts.user(made.id()).orElseThrow().email()).isEqualTo(made.email());
        assertThat(accounts.user(made.id()).orElseThrow().claimed()).isTrue();
    }

    @Test
    @Tag("S-03")
    void administratorsSeeMailsWithoutTheirLinksAndMakeNewOnes() {
        Organization organization =
                accounts.createOrganization("org-" + UUID.randomUUID(), "Mail & <b>Sons</b>", ada.id());
        String guest = "guest-" + UUID.randomUUID() + "@example.com";
        String url = new SignedInUsers(accounts, server)
                .signIn(ada)
                .json(
                        "POST",
                        "/admin/api/v1/organizations/" + organization.slug() + "/invites",
                        "{\"email\":\"" + guest + "\"}")
                .json()
                .path("url")
                .asText();
        String token = url.substring(url.lastIndexOf('/') + 1);

        Browser browser = SignedIn.browser(server, administrator);
        String page = browser.get("/admin/outbox").body();
        assertThat(page).contains(guest).contains("Mail &amp; &lt;b&gt;Sons").doesNotContain(token);
        Matcher button =
                Pattern.compile("action=\"(/admin/outbox/mail_[^/]+/link)\"").matcher(page);
        assertThat(button.find()).isTrue();
        String made = browser.form(button.group(1)).body();
        Matcher link = Pattern.compile("http://localhost:8080(/invite/[\\w-]+)").matcher(made);
        assertThat(link.find()).isTrue();
        assertThat(SignedIn.stranger(server).get(link.group(1)).status()).isEqualTo(200);
        assertThat(SignedIn.stranger(server).get(URI.create(url).getPath()).status())
                .as("the link before")
                .isEqualTo(404);
        assertThat(browser.get("/admin/outbox").body()).doesNotContain(link.group(1));
        assertThat(SignedIn.browser(server, ada).get("/admin/outbox").status()).isEqualTo(403);
        assertThat(browser.form("/admin/outbox/mail_00000000001/link").status()).isEqualTo(404);
    }

    @Test
    void whoForgotThePasswordWithoutAMailServerIsHelpedByAnAdministrator() throws InterruptedException {
        SignedIn.stranger(server).form(ASK, "email", ada.email());
        Browser browser = SignedIn.browser(server, administrator);
        Pattern row = Pattern.compile(
                "Set a new password.{0,900}" + Pattern.quote(ada.email())
                        + ".*?action=\"(/admin/outbox/mail_[^/]+/link)\"",
                Pattern.DOTALL);
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        Matcher found = row.matcher(browser.get("/admin/outbox").body());
        while (!found.find() && Instant.now().isBefore(deadline)) {
            Thread.sleep(100);
            found = row.matcher(browser.get("/admin/outbox").body());
        }
        String made = browser.form(found.group(1)).body();
        Matcher link = Pattern.compile("http://localhost:8080(/claim/[\\w-]+)").matcher(made);
        assertThat(link.find()).isTrue();
        SignedIn.stranger(server).form(link.group(1), "password", NEW, "again", NEW);
        assertThat(SignedIn.stranger(server)
                        .signIn(ada.email(), NEW)
                        .get("/settings")
                        .status())
                .isEqualTo(200);
    }

    private String path(AddressLinks.Purpose purpose, String before) {
        try (Secret token = database.engine()
                .inTransaction(handle -> links.make(handle, purpose, OptionalLong.of(ada.id()), ada.email())
                        .token())) {
            return before + token.revealText();
        }
    }

    private static String id(User user) {
        return ai.doubleword.platform.Ids.format(User.PREFIX, user.id());
    }
}
