package ai.doubleword.models;

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
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Organizations and groups as administrators see all of them.
@QuarkusTest
class AdminGroupsPageTest {
    private static final String GROUPS = "/admin/groups";
    private static final String ORGANIZATIONS = "/admin/organizations";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private Browser administrator;
    private User owner;
    private Organization acme;
    private String name;

    @BeforeEach
    void makeAnOrganization() {
        administrator = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR))
                .with("Accept", "*/*");
        owner = SignedIn.user(accounts, UserRole.USER);
        name = "Group " + UUID.randomUUID();
        acme = accounts.createOrganization("org-" + UUID.randomUUID(), name, owner.id());
    }

    @Test
    void aGroupIsMadeFilledAndEmptied() {
        String group = administrator.form(GROUPS, "name", name).location();
        assertThat(group).startsWith(GROUPS + "/group_");
        assertThat(administrator.form(GROUPS, "name", name).status()).isEqualTo(409);
        assertThat(administrator.get(group).body()).contains("Nobody is in it");

        administrator.form(group + "/add", "account", acme.slug());
        administrator.form(group + "/add", "account", owner.email());
        assertThat(administrator.form(group + "/add", "account", "no-such-account"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(404))
                .satisfies(answer -> assertThat(answer.body()).contains("no account &#39;no-such-account&#39;"));

        assertThat(administrator.get(group).body()).contains(acme.slug(), owner.email(), "2 accounts");
        assertThat(accounts.account(acme.account()).orElseThrow().groups()).containsExactly(name);
        administrator.form(group + "/remove", "account", acme.slug());
        assertThat(accounts.account(acme.account()).orElseThrow().groups()).isEmpty();
        assertThat(administrator.get(group).body()).contains("1 account<").doesNotContain(acme.slug());
    }

    @Test
    void aGroupThatOpensAModelIsNotDeletedAndOthersAre() {
        String group = administrator.form(GROUPS, "name", name).location();
        String model = "model-" + UUID.randomUUID();
        assertThat(administrator
                        .json(
                                "POST",
                                "/admin/api/v1/models",
                                "{\"name\":\"" + model
                                        + "\",\"targets\":[{\"provider\":\"simulator\",\"model\":\"doubleword-demo\"}],\"groups\":[\""
                                        + name + "\"]}")
                        .status())
                .isEqualTo(201);
        assertThat(administrator.get(GROUPS).body()).contains(name, model);

        Browser.Answer refused = administrator.form(group + "/delete");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains(model, "first");
        assertThat(administrator.get(group + "/delete").body()).contains("open to everyone");
        administrator.json("DELETE", "/admin/api/v1/models/" + model, "");
        assertThat(administrator.form(group + "/delete").location()).isEqualTo(GROUPS);
        assertThat(administrator.get(group).status()).isEqualTo(404);
    }

    @Test
    void allOrganizationsAreFoundWithTheirMembersKeysAndGroups() {
        accounts.setGroups(acme.account(), Set.of(name));

        String page = administrator.get(ORGANIZATIONS + "?q=" + acme.slug()).body();

        assertThat(page).contains(acme.slug(), "1 organization<", ">" + name + "</span>", "/members");
        assertThat(administrator.get(ORGANIZATIONS + "?q=no-such-organization").body())
                .contains("No organization fits");
        String groups = ORGANIZATIONS + "/" + acme.slug() + "/groups";
        assertThat(administrator.get(groups).body()).contains("value=\"" + name + "\" checked");
        administrator.form(groups, "more", "other " + name);
        assertThat(accounts.account(acme.account()).orElseThrow().groups()).containsExactly("other " + name);
    }

    @Test
    void anAdministratorMakesAnOrganizationForSomebodyElse() {
        String slug = "made-" + UUID.randomUUID();
        assertThat(administrator
                        .form(ORGANIZATIONS, "name", "Made", "slug", slug, "owner", "nobody@example.com")
                        .status())
                .isEqualTo(404);

        assertThat(administrator
                        .form(ORGANIZATIONS, "name", "Made", "slug", slug, "owner", owner.email())
                        .location())
                .isEqualTo(ORGANIZATIONS);

        Organization made = accounts.organizationBySlug(slug).orElseThrow();
        assertThat(accounts.members(made))
                .singleElement()
                .satisfies(member -> assertThat(member.user()).isEqualTo(owner.id()));
        assertThat(administrator
                        .get("/admin/api/v1/accounts?kind=organization&search=" + slug)
                        .json()
                        .at("/data/0/members")
                        .asInt())
                .isEqualTo(1);
        assertThat(administrator.get("/admin/api/v1/accounts?kind=planet").status())
                .isEqualTo(400);
    }

    @Test
    @Tag("S-09")
    void nobodyElseReachesThem() {
        Browser browser = SignedIn.browser(server, owner);
        for (String page : new String[] {GROUPS, GROUPS + "/new", ORGANIZATIONS, ORGANIZATIONS + "/new"}) {
            assertThat(browser.get(page).status()).as(page).isEqualTo(403);
        }
        assertThat(browser.form(GROUPS, "name", name).status()).isEqualTo(403);
        browser.with("Accept", "application/json");
        assertThat(browser.get("/admin/api/v1/accounts").status()).isEqualTo(403);
        assertThat(browser.json(
                                "POST",
                                "/admin/api/v1/organizations",
                                "{\"name\":\"x\",\"slug\":\"" + UUID.randomUUID() + "\",\"owner\":\"admin@localhost\"}")
                        .status())
                .isEqualTo(403);
    }
}
