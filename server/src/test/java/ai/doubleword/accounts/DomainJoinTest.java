package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Database;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Joining an organization by mail domain, where its owner said so.
@QuarkusTest
class DomainJoinTest {
    private static final String ASK = "/admin/api/v1/join-requests";

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @TestHTTPResource("/")
    URI server;

    private Browser asOwner;
    private Organization acme;
    private String settings;
    private String api;

    @BeforeEach
    void makeAnOrganization() {
        User owner = user("example.com", false);
        asOwner = browser(owner);
        acme = accounts.createOrganization("org-" + UUID.randomUUID(), "Acme", owner.id());
        settings = "/o/" + acme.slug() + "/settings";
        api = "/admin/api/v1/organizations/" + acme.slug();
        assertThat(asOwner.form(settings + "/domains", "domains", "ACME.example\n@labs.example\n")
                        .location())
                .isEqualTo(settings);
    }

    @Test
    void whoReadsMailsAtTheDomainJoinsAtOnceAndOnlyAsAMember() {
        User guest = user("acme.example", true);
        Browser asGuest = browser(guest);

        Browser.Answer joined = asGuest.json("POST", ASK, "{\"organization\":\"" + acme.slug() + "\"}");

        assertThat(joined.status()).isEqualTo(200);
        assertThat(joined.json().path("organization").asText()).isEqualTo(acme.slug());
        assertThat(accounts.memberships(guest.id()))
                .singleElement()
                .isEqualTo(new Membership(acme, MemberRole.MEMBER, false));
        User second = user("labs.example", true);
        assertThat(browser(second)
                        .form("/organizations/join", "slug", acme.slug())
                        .location())
                .isEqualTo("/o/" + acme.slug());
        assertThat(asOwner.get("/o/" + acme.slug() + "/join-requests").body()).contains("Nobody asks");
    }

    @Test
    @Tag("S-09")
    void whoDidNotProveTheAddressOrIsElsewhereIsDecidedOn() {
        for (User guest : new User[] {
            user("acme.example", false),
            user("sub.acme.example", true),
            user("notacme.example", true),
            user("example.com", true)
        }) {
            assertThat(browser(guest)
                            .json("POST", ASK, "{\"organization\":\"" + acme.slug() + "\"}")
                            .status())
                    .as(guest.email())
                    .isEqualTo(202);
            assertThat(accounts.memberships(guest.id())).as(guest.email()).isEmpty();
        }
        assertThat(asOwner.get(api + "/join-requests").json()).hasSize(4);
    }

    @Test
    void whoAskedBeforeTheDomainWasOpenedIsNotDecidedOnTwice() {
        User guest = user("late.example", true);
        Browser asGuest = browser(guest);
        assertThat(asGuest.json("POST", ASK, "{\"organization\":\"" + acme.slug() + "\"}")
                        .status())
                .isEqualTo(202);
        asOwner.json("PATCH", api, "{\"join_domains\":[\"late.example\"]}");

        assertThat(asGuest.json("POST", ASK, "{\"organization\":\"" + acme.slug() + "\"}")
                        .status())
                .isEqualTo(200);

        assertThat(asOwner.get(api + "/join-requests").json()).isEmpty();
    }

    @Test
    @Tag("S-09")
    void onlyAnOwnerSwitchesItOnAndOff() {
        User admin = user("example.com", false);
        accounts.putMember(acme.id(), admin.id(), MemberRole.ADMIN, false);
        Browser asAdmin = browser(admin);
        assertThat(asAdmin.get(settings).body())
                .contains("Organization settings")
                .doesNotContain("Joining by mail");

        assertThat(asAdmin.form(settings + "/domains", "domains", "evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(asAdmin.json("PATCH", api, "{\"join_domains\":[\"evil.example\"]}")
                        .status())
                .isEqualTo(403);

        JsonNode domains = asOwner.get(api).json().path("join_domains");
        assertThat(domains).extracting(JsonNode::asText).containsExactly("acme.example", "labs.example");
        assertThat(asOwner.get(settings).body()).contains("acme.example\nlabs.example");
        asOwner.form(settings + "/domains", "domains", "");
        assertThat(asOwner.get(api).json().path("join_domains")).isEmpty();
        assertThat(asOwner.get("/o/" + acme.slug() + "/audit").body()).contains("join_domains", "acme.example");
    }

    @Test
    void whatIsNoMailDomainIsRefusedAsItWasTyped() {
        for (String wrong : new String[] {"com", "a b.example", "acme.example/", "*.example", "-a.example"}) {
            Browser.Answer refused = asOwner.form(settings + "/domains", "domains", wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.body()).as(wrong).contains(wrong + "</textarea>", "is no mail domain");
        }
        assertThat(asOwner.get(api).json().path("join_domains")).hasSize(2);
    }

    private User user(String domain, boolean verified) {
        String name = "u-" + UUID.randomUUID();
        String email = name + "@" + domain;
        User made = accounts.createUser(name, email, UserRole.USER);
        User claimed = accounts.claim(made.id(), email, Passwords.hash(SignInFixture.PASSWORD, email));
        if (verified) {
            database.engine().useHandle(handle -> AccountStore.setVerified(handle, claimed.id()));
        }
        return claimed;
    }

    private Browser browser(User user) {
        return SignedIn.browser(server, user).with("Accept", "*/*");
    }
}
