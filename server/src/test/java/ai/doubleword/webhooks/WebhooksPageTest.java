package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInTest;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.Await;
import ai.doubleword.platform.AccountEventType;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@Tag("S-13")
class WebhooksPageTest extends SignedInTest {
    private static final String PAGE = "/me/webhooks";
    private static final Pattern SECRET = Pattern.compile("<code id=\"new-secret\">(whsec_[^<]+)</code>");
    private static final Pattern HOME = Pattern.compile("data-home=\"/me/webhooks/(whk_[0-9A-Za-z]+)\"");

    @Inject
    Listeners listeners;

    private final TestReceiver receiver = new TestReceiver();

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    @Tag("S-03")
    void aNewWebhookShowsItsSecretOnce() {
        Browser.Answer made = browser.form(PAGE, "url", receiver.url(), "event", "batch.completed");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.response().headers().firstValue("cache-control")).contains("no-store");
        String secret = find(SECRET, made.body());
        String id = find(HOME, made.body());
        assertThat(made.body()).contains("Copy this secret now — it won't be shown again", "data-guarded");
        assertThat(browser.get(PAGE).body())
                .contains("<title>Webhooks · Doubleword Console</title>", receiver.url(), "batch.completed", "enabled")
                .doesNotContain(secret);
        assertThat(browser.get(PAGE + "/" + id).body()).contains(receiver.url()).doesNotContain(secret);

        Browser.Answer rotated = browser.form(PAGE + "/" + id + "/rotate", "overlap", "1h");
        assertThat(find(SECRET, rotated.body())).isNotEqualTo(secret);
        assertThat(browser.get(PAGE + "/" + id).body()).contains("the one before signs too until");
    }

    @Test
    void aPageThatBeginsWorkSaysWhichWebhooksHearOfItsEnd() {
        browser.form(PAGE, "url", receiver.url(), "event", "batch.completed");
        Caller caller = new Caller(user.id(), user.account(), false, Set.of(), new Caller.Credential.Browser(1));
        assertThat(listeners.of(caller, AccountEventType.BATCH_COMPLETED)).containsExactly(receiver.url());
        assertThat(listeners.of(caller, AccountEventType.BATCH_FAILED)).isEmpty();
        assertThat(browser.get("/me/batches/new").status()).isEqualTo(200);
    }

    @Test
    void aTestEventIsSentFromThePageLookedAtAndSentAgain() throws Exception {
        receiver.answer(500, "<script>alert(1)</script>");
        String id = create();
        String delivery = browser.form(PAGE + "/" + id + "/test").location();
        assertThat(delivery).startsWith(PAGE + "/" + id + "/deliveries/evt_");
        Await.until(() -> browser.get(delivery).body().contains("It answered 500."));
        assertThat(browser.get(delivery).body())
                .contains("webhook.test", "waiting", "data-live=\"/me/live\"")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script>alert");
        assertThat(browser.get(PAGE + "/" + id).body()).contains("Deliveries fail", "failing");

        receiver.answer(200, "ok");
        assertThat(browser.form(delivery + "/redeliver").location()).isEqualTo(delivery);
        Await.until(() -> browser.get(delivery).body().contains("delivered"));
        assertThat(browser.get(delivery).body())
                .as("what has ended is not looked at again")
                .doesNotContain("data-live");
        assertThat(browser.get(PAGE + "/" + id + "?state=delivered").body()).contains("webhook.test");
        assertThat(browser.get(PAGE + "/" + id + "?state=failed").body()).contains("None is in this state.");
    }

    @Test
    void itIsEditedDisabledEnabledAndDeleted() {
        String id = create();
        assertThat(browser.get(PAGE + "/" + id + "/edit").body()).contains("value=\"" + receiver.url() + "\"");
        browser.form(PAGE + "/" + id + "/edit", "url", receiver.url() + "/2", "event", "key.expiring");
        assertThat(browser.get(PAGE + "/" + id).body()).contains(receiver.url() + "/2", "key.expiring");
        browser.form(PAGE + "/" + id + "/disable");
        assertThat(browser.get(PAGE + "/" + id).body())
                .contains("This webhook gets no events.", "It was disabled by hand.")
                .doesNotContain("Send test event");
        browser.form(PAGE + "/" + id + "/enable");
        assertThat(browser.get(PAGE + "/" + id).body()).contains("Send test event");
        assertThat(browser.get(PAGE + "/" + id + "/delete").body()).contains("Delete webhook");
        assertThat(browser.form(PAGE + "/" + id + "/delete").location()).isEqualTo(PAGE);
        assertThat(browser.status(PAGE + "/" + id)).isEqualTo(404);
        assertThat(browser.get(PAGE).body()).contains("No webhooks yet");
    }

    @Test
    void aRefusedFormComesBackAsItWasTypedWithTheReason() {
        Browser.Answer refused =
                browser.form(PAGE, "url", "https://10.0.0.1/", "description", "mine", "event", "batch.failed");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body())
                .contains("role=\"alert\"", "public addresses only", "value=\"mine\"")
                .containsPattern("value=\"batch.failed\"\\s+checked");
    }

    @Test
    void theSnippetIsThereInThreeLanguages() {
        String id = create();
        assertThat(browser.get(PAGE + "/" + id).body()).contains("hashlib");
        assertThat(browser.get(PAGE + "/" + id + "?language=javascript").body()).contains("timingSafeEqual");
        assertThat(browser.get(PAGE + "/" + id + "?language=java").body()).contains("SecretKeySpec");
    }

    @Test
    @Tag("S-14")
    void whatUsersWriteIsTextAndNothingElse() {
        String payload = "\"><img src=x onerror=alert(1)>{{x}}${y}";
        String id = find(
                HOME,
                browser.form(PAGE, "url", receiver.url(), "description", payload)
                        .body());
        for (String page : new String[] {PAGE, PAGE + "/" + id, PAGE + "/" + id + "/edit"}) {
            assertThat(browser.get(page).body())
                    .as(page)
                    .contains("&lt;img src=x")
                    .doesNotContain("<img src=x");
        }
    }

    @Test
    @Tag("S-09")
    void anothersWebhooksDoNotExistAndMembersHaveNoPage() {
        String id = create();
        Browser stranger = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        assertThat(stranger.status(PAGE + "/" + id)).isEqualTo(404);
        assertThat(stranger.form(PAGE + "/" + id + "/test").status()).isEqualTo(404);

        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "Acme", user.id());
        String theirs = "/o/" + organization.slug();
        User member = SignedIn.user(accounts, UserRole.USER);
        accounts.putMember(organization.id(), member.id(), MemberRole.MEMBER, true);
        Browser asMember = SignedIn.browser(server, member);
        assertThat(browser.get(theirs + "/webhooks").body()).contains("<h1>Webhooks</h1>", "Acme");
        assertThat(asMember.status(theirs + "/webhooks")).isEqualTo(403);
        assertThat(asMember.get(theirs).body()).doesNotContain(theirs + "/webhooks");
        assertThat(asMember.get("/me").body()).contains("/me/webhooks");
    }

    private String create() {
        return find(HOME, browser.form(PAGE, "url", receiver.url()).body());
    }

    private static String find(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }
}
