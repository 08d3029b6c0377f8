package ai.doubleword.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-16")
@QuarkusTest
class AdminAuditPageTest {
    @Inject
    Accounts accounts;

    @Inject
    Audit audit;

    @Inject
    AuditSearch search;

    @TestHTTPResource("/")
    URI server;

    @Test
    void anAuditorFindsWhatSomebodyDidAndSeesNoOtherPageOfAdministrators() {
        User user = SignedIn.user(accounts, UserRole.USER);
        SignedIn.browser(server, user).form("/me/api-keys", "name", "<i>audited</i>");
        Browser auditor = SignedIn.browser(server, SignedIn.user(accounts, UserRole.AUDITOR));

        String page =
                auditor.get("/admin/audit?kind=key&who=" + user.username()).body();

        assertThat(page)
                .contains("key.created", user.username(), "&lt;i&gt;audited&lt;/i&gt;", "session_")
                .doesNotContain("session.opened", "<i>audited</i>", "href=\"/admin/models\"");
        assertThat(auditor.get("/admin/audit?who=" + user.email()).body()).contains("session.opened");
        assertThat(auditor.get("/admin/audit?kind=provider&who=" + user.username())
                        .body())
                .contains("No row fits");
        assertThat(auditor.get("/admin/audit?who=nobody-of-the-kind").body()).contains("Nobody is called");
        assertThat(auditor.get("/admin/models").status()).isEqualTo(403);
    }

    @Test
    void anOrganizationsAdminsNarrowTheirPartOfTheLog() {
        User owner = SignedIn.user(accounts, UserRole.USER);
        Organization acme = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", owner.id());
        User stranger = SignedIn.user(accounts, UserRole.USER);
        Browser browser = SignedIn.browser(server, owner);
        String base = "/o/" + acme.slug();
        browser.form(base + "/api-keys", "name", "audited");
        String audit = base + "/audit";

        assertThat(browser.get(audit).body())
                .contains("Key created", "Organization created")
                .doesNotContain("Session opened");
        assertThat(browser.get(audit + "?kind=key&who=" + owner.username() + "&range=24h")
                        .body())
                .contains("Key created", "aria-current=\"true\">24h")
                .doesNotContain("Organization created");
        assertThat(browser.get(audit + "?kind=key.created&subject=org_").body()).contains("No row fits");
        String ofStranger = browser.get(audit + "?who=" + stranger.username()).body();
        String ofNobody = browser.get(audit + "?who=nobody-of-the-kind").body();
        assertThat(ofStranger).contains("No row fits").doesNotContain("Nobody is called");
        assertThat(ofNobody).contains("No row fits").doesNotContain("Nobody is called");
        long newest = Long.parseLong(browser.get(audit).body().replaceAll("(?s).*?id=\"row-(\\d+)\".*", "$1"));
        assertThat(browser.get(audit + "?before=" + newest).body())
                .contains("Back to the newest")
                .doesNotContain("row-" + newest);
    }

    @Test
    void whatIsOlderThanTheRangeIsLeftOut() {
        AuditSearch.Found all = search.find(AuditQuery.of("", "", "", "all"), OptionalLong.empty(), 0);
        AuditSearch.Found lately = search.find(AuditQuery.of("", "", "", "24h"), OptionalLong.empty(), 0);
        assertThat(lately.lines()).hasSameSizeAs(all.lines());
        assertThat(audit.firstAt(Instant.EPOCH)).isEqualTo(1);
        assertThat(audit.firstAt(Instant.now().plusSeconds(3_600)))
                .isGreaterThan(all.lines().getFirst().row().seq());
        AuditRow third = audit.after(2, 1).getFirst();
        assertThat(audit.firstAt(third.at())).isLessThanOrEqualTo(3);
    }

    @Test
    void theCheckSaysThatAllIsWellAndRefusesWhatIsNoCheckpoint() {
        Browser auditor = SignedIn.browser(server, SignedIn.user(accounts, UserRole.AUDITOR));

        assertThat(auditor.get("/admin/audit/verify").body()).contains("Verify the audit log");
        assertThat(auditor.form("/admin/audit/verify", "checkpoint", "").body()).contains("All is well.");
        Browser.Answer refused = auditor.form("/admin/audit/verify", "checkpoint", "abc");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("This is no checkpoint");
    }

    @Test
    void theExportIsAFile() {
        Browser auditor = SignedIn.browser(server, SignedIn.user(accounts, UserRole.AUDITOR))
                .with("Accept", "text/html,*/*;q=0.8");

        Browser.Answer export = auditor.get("/admin/api/v1/audit/export");

        assertThat(export.response().headers().firstValue("content-disposition"))
                .contains("attachment; filename=\"audit.jsonl\"");
        assertThat(export.body()).startsWith("{\"seq\":1,");
    }

    @Test
    void theLogIsForAuditorsAndAdministrators() {
        assertThat(SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER))
                        .get("/admin/audit")
                        .status())
                .isEqualTo(403);
        assertThat(SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR))
                        .get("/admin/audit")
                        .status())
                .isEqualTo(200);
    }
}
