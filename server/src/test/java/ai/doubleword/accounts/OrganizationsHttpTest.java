package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Organizations as browsers and programs meet them.
@QuarkusTest
class OrganizationsHttpTest {
    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private SignedInUsers users;
    private User owner;
    private Browser asOwner;
    private String slug;
    private String base;

    @BeforeEach
    void makeAnOrganization() {
        users = new SignedInUsers(accounts, server);
        owner = users.make(UserRole.USER);
        asOwner = users.signIn(owner);
        slug = "org-" + UUID.randomUUID();
        Browser.Answer made = asOwner.json(
                "POST",
                "/admin/api/v1/organizations",
                "{\"name\":\"Acme\",\"slug\":\"" + slug + "\",\"contact\":\"ops@acme.example\"}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("role").asText()).isEqualTo("owner");
        base = "/admin/api/v1/organizations/" + slug;
    }

    @Test
    void anOrganizationIsDescribedAndItsSlugStays() {
        assertThat(asOwner.get(base).json().path("contact").asText()).isEqualTo("ops@acme.example");
        JsonNode changed = asOwner.json("PATCH", base, "{\"name\":\"Acme Labs\",\"visibility\":\"organization\"}")
                .json();
        assertThat(changed.path("name").asText()).isEqualTo("Acme Labs");
        assertThat(changed.path("visibility").asText()).isEqualTo("organization");
        assertThat(changed.path("contact").asText()).isEqualTo("ops@acme.example");
        assertThat(asOwner.json("PATCH", base, "{\"slug\":\"other\"}").status()).isEqualTo(400);
        assertThat(asOwner.json("PATCH", base, "{\"visibility\":\"world\"}").status())
                .isEqualTo(400);
        assertThat(asOwner.get("/admin/api/v1/organizations").json()).hasSize(1);
    }

    @Test
    void aUserAcceptsAnInviteAndLandsInTheOrganization() {
        User guest = users.make(UserRole.USER);
        JsonNode invite = invite(guest.email(), "admin");
        assertThat(invite.path("url").asText()).startsWith("http://localhost:8080/invite/");
        assertThat(asOwner.get(base + "/invites").json())
                .hasSize(1)
                .allSatisfy(listed -> assertThat(listed.has("url"))
                        .as("the link is shown once")
                        .isFalse());
        String link = link(invite);

        JsonNode shown = users.browser().get(link).json();
        assertThat(shown.path("organization").asText()).isEqualTo("Acme");
        assertThat(shown.path("known").asBoolean()).isTrue();
        assertThat(users.browser().json("POST", link + "/accept", "{}").code()).isEqualTo("sign_in_required");
        Browser asGuest = users.signIn(guest);
        assertThat(asGuest.json("POST", link + "/accept", "{}")
                        .json()
                        .path("slug")
                        .asText())
                .isEqualTo(slug);

        assertThat(asGuest.get(base + "/members").json()).hasSize(2);
        assertThat(users.browser().get(link).status()).isEqualTo(404);
        assertThat(asGuest.json("POST", link + "/accept", "{}").status()).isEqualTo(404);
    }

    @Test
    void somebodyWithoutAUserSetsAPasswordAndIsSignedIn() {
        String email = "new-" + UUID.randomUUID() + "@example.com";
        String link = link(invite(email, "member"));
        Browser browser = users.browser();

        assertThat(browser.json("POST", link + "/accept", "{\"password\":\"password1234\"}")
                        .status())
                .isEqualTo(400);
        assertThat(browser.with("Origin", "https://evil.example")
                        .json("POST", link + "/accept", "{\"password\":\"nine quiet harbours\"}")
                        .code())
                .isEqualTo("cross_site_refused");
        Browser.Answer joined = browser.with("Origin", SignedInUsers.ORIGIN)
                .json("POST", link + "/accept", "{\"password\":\"nine quiet harbours\"}");

        assertThat(joined.status()).isEqualTo(200);
        assertThat(browser.get(base).json().path("role").asText()).isEqualTo("member");
        assertThat(users.browser()
                        .signIn(email, "nine quiet harbours")
                        .get(base)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theLinksPageLetsNewcomersAndUsersAnswer() {
        String email = "new-" + UUID.randomUUID() + "@example.com";
        String first = page(invite(email, "member"));
        Browser newcomer = users.browser();
        assertThat(newcomer.get(first).body()).contains("Join Acme", email, "Choose a password");
        assertThat(newcomer.form(first, "password", "password1234").body()).contains("too easy to guess");
        Browser.Answer joined = newcomer.form(first, "password", "nine quiet harbours");
        assertThat(joined.status()).isEqualTo(303);
        assertThat(joined.location()).isEqualTo("/o/" + slug);
        assertThat(newcomer.get(base).status()).isEqualTo(200);
        assertThat(users.browser().get(first).status()).isEqualTo(404);

        User guest = users.make(UserRole.USER);
        String second = page(invite(guest.email(), "member"));
        assertThat(users.browser().get(second).body()).contains("/authentication/sign_in?rd=%2Finvite%2F");
        Browser asGuest = users.signIn(guest);
        assertThat(asGuest.get(second).body()).contains("Accept", "Decline");
        assertThat(users.signIn(users.make(UserRole.USER))
                        .form(second, "answer", "accept")
                        .body())
                .contains("for another address");
        assertThat(asGuest.form(second, "answer", "decline").location()).isEqualTo("/");
        assertThat(asGuest.get(base).status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void nobodyGainsMoreThanTheirRoleGives() {
        User admin = member(MemberRole.ADMIN);
        User plain = member(MemberRole.MEMBER);
        Browser asAdmin = users.signIn(admin);
        Browser asPlain = users.signIn(plain);

        assertThat(asPlain.json("PATCH", path(plain), "{\"role\":\"admin\"}").status())
                .as("a member promotes itself")
                .isEqualTo(403);
        assertThat(asPlain.json("POST", base + "/invites", "{\"email\":\"x@example.com\"}")
                        .status())
                .isEqualTo(403);
        assertThat(asPlain.json("DELETE", path(admin), "").status()).isEqualTo(403);
        assertThat(asPlain.json("PATCH", base, "{\"name\":\"Mine\"}").status()).isEqualTo(403);
        assertThat(asAdmin.json("PATCH", path(admin), "{\"role\":\"owner\"}").status())
                .as("an admin makes an owner")
                .isEqualTo(403);
        assertThat(asAdmin.json("PATCH", path(plain), "{\"role\":\"owner\"}").status())
                .isEqualTo(403);
        assertThat(asAdmin.json("POST", base + "/invites", "{\"email\":\"x@example.com\",\"role\":\"owner\"}")
                        .status())
                .isEqualTo(403);
        assertThat(asAdmin.json("PATCH", path(owner), "{\"role\":\"member\"}").status())
                .isEqualTo(403);
        assertThat(asAdmin.json("DELETE", path(owner), "").status()).isEqualTo(403);

        assertThat(asAdmin.json("PATCH", path(plain), "{\"manage_keys\":true}")
                        .json()
                        .path("manage_keys")
                        .asBoolean())
                .isTrue();
        assertThat(asOwner.json("PATCH", path(admin), "{\"role\":\"owner\"}").status())
                .isEqualTo(200);
    }

    @Test
    void theLastOwnerStays() {
        assertThat(asOwner.json("DELETE", base + "/members/current", "").status())
                .isEqualTo(409);
        assertThat(asOwner.json("PATCH", path(owner), "{\"role\":\"member\"}").status())
                .isEqualTo(409);
        User second = member(MemberRole.OWNER);
        assertThat(asOwner.json("DELETE", base + "/members/current", "").status())
                .isEqualTo(204);
        assertThat(asOwner.get(base).status()).isEqualTo(404);
        assertThat(users.signIn(second)
                        .json("DELETE", base + "/members/current", "")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void whoIsRemovedLosesTheKeysMadeInTheOrganization() {
        User plain = member(MemberRole.MEMBER);
        asOwner.json("PATCH", path(plain), "{\"manage_keys\":true}");
        Browser asPlain = users.signIn(plain);
        String keys = "/admin/api/v1/users/current/api-keys";
        asPlain.json("POST", keys, "{\"name\":\"own\"}");
        asPlain.with("X-Organization-Id", slug);
        String id = asPlain.json("POST", keys, "{\"name\":\"shared\"}")
                .json()
                .path("id")
                .asText();

        assertThat(asOwner.json("DELETE", path(plain), "").status()).isEqualTo(204);

        asOwner.with("X-Organization-Id", slug);
        assertThat(asOwner.get(keys + "/" + id).json().path("status").asText()).isEqualTo("revoked");
        assertThat(asPlain.get(keys).status()).isEqualTo(404);
        asPlain.without("X-Organization-Id");
        assertThat(asPlain.get(keys).json().at("/data/0/status").asText()).isEqualTo("active");
    }

    @Test
    void whoAsksToJoinIsLetInOrNotAndLearnsNothingOfOthers() {
        User guest = users.make(UserRole.USER);
        Browser asGuest = users.signIn(guest);
        String ask = "/admin/api/v1/join-requests";
        assertThat(asGuest.json("POST", ask, "{\"organization\":\"no-such-organization\"}")
                        .status())
                .isEqualTo(202);
        assertThat(asGuest.json("POST", ask, "{\"organization\":\"" + slug + "\"}")
                        .status())
                .isEqualTo(202);
        assertThat(asGuest.json("POST", ask, "{\"organization\":\"" + slug + "\"}")
                        .status())
                .isEqualTo(202);
        assertThat(asGuest.get(base).status()).isEqualTo(404);

        JsonNode open = asOwner.get(base + "/join-requests").json();
        assertThat(open).hasSize(1);
        String request = base + "/join-requests/" + open.get(0).path("id").asText();
        assertThat(asOwner.json("POST", request + "/approve", "").status()).isEqualTo(204);
        assertThat(asOwner.json("POST", request + "/decline", "").status()).isEqualTo(404);

        assertThat(asGuest.get(base).json().path("role").asText()).isEqualTo("member");
    }

    @Test
    void twoOrganizationsAtTheSameTimeDoNotTouchEachOther() {
        String other = "org-" + UUID.randomUUID();
        asOwner.json("POST", "/admin/api/v1/organizations", "{\"name\":\"Other\",\"slug\":\"" + other + "\"}");
        String keys = "/admin/api/v1/users/current/api-keys";
        asOwner.with("X-Organization-Id", slug).json("POST", keys, "{\"name\":\"first\"}");
        asOwner.with("X-Organization-Id", other).json("POST", keys, "{\"name\":\"second\"}");
        assertThat(asOwner.with("X-Organization-Id", slug).get(keys).json().findValuesAsText("name"))
                .containsExactly("first");
        assertThat(asOwner.with("X-Organization-Id", other).get(keys).json().findValuesAsText("name"))
                .containsExactly("second");
    }

    private JsonNode invite(String email, String role) {
        Browser.Answer answer =
                asOwner.json("POST", base + "/invites", "{\"email\":\"" + email + "\",\"role\":\"" + role + "\"}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        return answer.json();
    }

    private static String page(JsonNode invite) {
        return URI.create(invite.path("url").asText()).getPath();
    }

    private static String link(JsonNode invite) {
        String url = invite.path("url").asText();
        return "/authentication/invites/" + url.substring(url.lastIndexOf('/') + 1);
    }

    private User member(MemberRole role) {
        User user = users.make(UserRole.USER);
        accounts.putMember(accounts.organizationBySlug(slug).orElseThrow().id(), user.id(), role, false);
        return user;
    }

    private String path(User user) {
        return base + "/members/" + Ids.format(User.PREFIX, user.id());
    }
}
