package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What ends with an organization, and what stays of it.
@QuarkusTest
class DeletedOrganizationTest extends BatchClient {
    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    private User owner;
    private Browser asOwner;
    private Organization organization;
    private String settings;

    @BeforeEach
    void makeAnOrganization() {
        owner = SignedIn.user(accounts, UserRole.USER);
        asOwner = SignedIn.browser(server, owner).with("Accept", "*/*");
        organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme <Labs>", owner.id());
        settings = "/o/" + organization.slug() + "/settings";
        key = keys.issue(organization.account(), owner.id(), KeyType.INFERENCE, KeyTerms.named("deploy"), Set.of())
                .text()
                .revealText();
    }

    @Test
    @Tag("S-04")
    void itsKeysAreRefusedItsBatchesCancelledAndNobodyReachesIt() throws Exception {
        User member = SignedIn.user(accounts, UserRole.USER);
        accounts.putMember(organization.id(), member.id(), MemberRole.MEMBER, false);
        Browser asMember = SignedIn.browser(server, member);
        // So slow that it cannot end before it is looked after.
        String slow = fixture.chat("slow-first-byte?ms=5000");
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            file.append(chatLine("c" + i, slow, false));
        }
        JsonNode batch = create(upload(file.toString()), "24h");
        assertThat(asOwner.get(settings).body()).contains("Delete this organization");
        assertThat(asOwner.get(settings + "/delete").body())
                .contains("1 API key", "1 running batch", "2 memberships", "Acme &lt;Labs&gt;");

        Browser.Answer mistyped = asOwner.form(settings + "/delete", "name", "acme");
        assertThat(mistyped.status()).isEqualTo(400);
        assertThat(mistyped.body()).contains("This is not its name", "value=\"acme\"");
        Browser.Answer deleted = asOwner.form(settings + "/delete", "name", "Acme <Labs>");
        assertThat(deleted.location()).isEqualTo("/me");

        Await.until(() -> status("/v1/models") == 401);
        Await.until(() -> number("SELECT status FROM batch WHERE id = " + id(batch)) == cancelled());
        assertThat(asOwner.get(settings).status()).isEqualTo(404);
        assertThat(asMember.get("/o/" + organization.slug() + "/requests").status())
                .isEqualTo(404);
        assertThat(asMember.get("/me").body()).doesNotContain("/o/" + organization.slug());
        assertThat(accounts.memberships(owner.id())).isEmpty();
    }

    @Test
    void theOperatorSeesItAsDeletedItsBooksStayAndItsSlugIsFree() throws Exception {
        Browser administrator = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR))
                .with("Accept", "*/*");
        String path = "/admin/api/v1/organizations/" + organization.slug();
        String conversations = "SELECT count(*) FROM conversation WHERE account = " + organization.account();
        assertThat(post("/v1/conversations", "{}").status()).isBetween(200, 201);
        assertThat(number(conversations)).isEqualTo(1);
        assertThat(asOwner.json("DELETE", path, "").status()).isEqualTo(204);
        assertThat(asOwner.json("DELETE", path, "").status()).isEqualTo(404);

        assertThat(number(conversations)).isZero();
        String id = Ids.format(Organization.PREFIX, organization.id());
        assertThat(administrator
                        .get("/admin/organizations?q=" + organization.slug())
                        .body())
                .contains("deleted", id)
                .doesNotContain("/o/" + organization.slug() + "/members");
        JsonNode listed = administrator
                .get("/admin/api/v1/accounts?kind=organization&search=" + organization.slug())
                .json();
        assertThat(listed.at("/data/0/deleted_at").asText()).isNotEmpty();
        assertThat(number("SELECT count(*) FROM api_key WHERE account_id = " + organization.account()))
                .isEqualTo(1);
        assertThat(administrator.get("/admin/audit?kind=organization.deleted").body())
                .contains(id);
        Organization next = accounts.createOrganization(organization.slug(), "Another", owner.id());
        assertThat(asOwner.get("/o/" + next.slug() + "/members").status()).isEqualTo(200);
        assertThat(asOwner.get("/o/" + next.slug() + "/audit").body()).doesNotContain("deleted");
    }

    @Test
    @Tag("S-09")
    void onlyAnOwnerDeletesIt() {
        User admin = SignedIn.user(accounts, UserRole.USER);
        accounts.putMember(organization.id(), admin.id(), MemberRole.ADMIN, true);
        Browser asAdmin = SignedIn.browser(server, admin).with("Accept", "*/*");
        assertThat(asAdmin.get(settings).body()).doesNotContain("Delete this organization");
        assertThat(asAdmin.form(settings + "/delete", "name", "Acme <Labs>").status())
                .isEqualTo(403);
        assertThat(asAdmin.json("DELETE", "/admin/api/v1/organizations/" + organization.slug(), "")
                        .status())
                .isEqualTo(403);
        assertThat(accounts.organization(organization.id())).isPresent();
    }

    @Test
    void noKeyIsMadeInItAnyMore() {
        asOwner.json("DELETE", "/admin/api/v1/organizations/" + organization.slug(), "");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> keys.issue(
                        organization.account(), owner.id(), KeyType.INFERENCE, KeyTerms.named("late"), Set.of())))
                .hasMessageContaining("is deleted");
    }

    private int status(String path) {
        try {
            return get(path).status();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    private static long cancelled() {
        return BatchStatus.CANCELLED.ordinal();
    }
}
