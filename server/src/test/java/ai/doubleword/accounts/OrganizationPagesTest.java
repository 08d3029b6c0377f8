package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The pages of an organization, as its owner, admins, members and strangers meet them.
@QuarkusTest
class OrganizationPagesTest {
    private static final Pattern LINK =
            Pattern.compile("<code id=\"invite-link\">http://localhost:8080(/invite/[^<]+)</code>");
    private static final String PAYLOAD = "\"><img src=x onerror=alert(1)>'{{x}}${y}";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private User owner;
    private Browser asOwner;
    private Organization organization;
    private String base;

    @BeforeEach
    void makeAnOrganization() {
        owner = SignedIn.user(accounts, UserRole.USER);
        asOwner = SignedIn.browser(server, owner);
        organization = organization("Acme", owner);
        base = "/o/" + organization.slug();
    }

    @Test
    void whoMakesAnOrganizationIsItsOwnerAndIsToldToInvite() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Browser browser = SignedIn.browser(server, user);
        assertThat(browser.get("/organizations").body()).contains("Work with others", "Make an organization");
        assertThat(browser.get("/me").body()).contains("href=\"/organizations/new\"");
        assertThat(browser.get("/settings").body()).contains("href=\"/organizations/new\"");
        String name = "Müller & Söhne " + UUID.randomUUID();

        Browser.Answer made = browser.form("/organizations", "name", name);

        assertThat(made.status()).isEqualTo(303);
        assertThat(made.location()).startsWith("/o/muller-sohne-").endsWith("/members");
        assertThat(browser.get(made.location()).body())
                .contains("Müller &amp; Söhne", "Invite who works with you", user.username());
        assertThat(accounts.memberships(user.id()))
                .singleElement()
                .satisfies(membership -> assertThat(membership.role()).isEqualTo(MemberRole.OWNER));
    }

    @Test
    void aFormThatIsRefusedComesBackWithTheReason() {
        assertThat(asOwner.form("/organizations", "name", "Second", "slug", organization.slug()))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(409))
                .satisfies(answer -> assertThat(answer.body()).contains("is taken already", "value=\"Second\""));
        assertThat(asOwner.form("/organizations", "name", "東京").body()).contains("A slug is 1 to 64");
        assertThat(asOwner.form(base + "/invites", "email", "nobody", "role", "member"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("name@example.com", "value=\"nobody\""));
        assertThat(asOwner.form(base + "/settings", "name", "Acme", "visibility", "world"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("visibility is maker or organization"));
    }

    @Test
    @Tag("S-03")
    void anInvitesLinkIsShownOnceAndANewOneEndsIt() {
        User guest = SignedIn.user(accounts, UserRole.USER);
        Browser.Answer made = asOwner.form(base + "/invites", "email", guest.email(), "role", "admin");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.response().headers().firstValue("cache-control")).contains("no-store");
        String link = link(made);
        String list = asOwner.get(base + "/invites").body();
        assertThat(list).contains(guest.email(), "admin").doesNotContain(link);

        String renewed = link(asOwner.form(base + "/invites/" + openInvite(list) + "/resend"));

        assertThat(renewed).isNotEqualTo(link);
        Browser asGuest = SignedIn.browser(server, guest);
        assertThat(asGuest.get(link).status()).isEqualTo(404);
        assertThat(asGuest.form(renewed, "answer", "accept").location()).isEqualTo(base);
        assertThat(asGuest.get(base + "/members").body()).contains(guest.username(), owner.username(), "Invites");
        assertThat(asGuest.form(renewed, "answer", "accept").status())
                .as("used again")
                .isEqualTo(404);
    }

    @Test
    void aRevokedInvitesLinkDoesNotWork() {
        User guest = SignedIn.user(accounts, UserRole.USER);
        String link = link(asOwner.form(base + "/invites", "email", guest.email(), "role", "member"));
        String id = openInvite(asOwner.get(base + "/invites").body());
        assertThat(asOwner.get(base + "/invites/" + id + "/revoke").body()).contains("Revoke invite", guest.email());

        assertThat(asOwner.form(base + "/invites/" + id + "/revoke").location()).isEqualTo(base + "/invites");

        assertThat(asOwner.get(base + "/invites").body()).contains("No open invite");
        assertThat(SignedIn.browser(server, guest).get(link).status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void aPlainMemberSeesTheMembersAndMayOnlyLeave() {
        User plain = member(MemberRole.MEMBER);
        Browser asPlain = SignedIn.browser(server, plain);

        String page = asPlain.get(base + "/members").body();
        assertThat(page)
                .contains(owner.username(), "Leave")
                .doesNotContain("Change role", "Remove", base + "/invites", base + "/audit", base + "/settings\"");
        for (String forbidden : List.of(
                "/invites",
                "/invites/new",
                "/join-requests",
                "/settings",
                "/audit",
                "/members/" + id(plain) + "/edit")) {
            assertThat(asPlain.get(base + forbidden).status()).as(forbidden).isEqualTo(403);
        }
        assertThat(asPlain.form(base + "/members/" + id(plain) + "/edit", "role", "owner")
                        .status())
                .as("promotes itself")
                .isEqualTo(403);
        assertThat(asPlain.form(base + "/members/" + id(owner) + "/remove").status())
                .isEqualTo(403);
        assertThat(asPlain.form(base + "/invites", "email", "x@example.com", "role", "owner")
                        .status())
                .isEqualTo(403);
        assertThat(asPlain.form(base + "/settings", "name", "Mine", "visibility", "maker")
                        .status())
                .isEqualTo(403);
        assertThat(role(plain)).isEqualTo(MemberRole.MEMBER);

        assertThat(asPlain.form(base + "/members/" + id(plain) + "/remove").location())
                .isEqualTo("/organizations");
        assertThat(asPlain.get(base + "/members").status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void anAdminNeitherMakesNorTouchesOwners() {
        User admin = member(MemberRole.ADMIN);
        User plain = member(MemberRole.MEMBER);
        Browser asAdmin = SignedIn.browser(server, admin);
        String list = asAdmin.get(base + "/members").body();
        assertThat(list)
                .contains(base + "/members/" + id(plain) + "/edit", base + "/members/" + id(plain) + "/remove")
                .doesNotContain(base + "/members/" + id(owner));
        assertThat(asAdmin.get(base + "/members/" + id(plain) + "/edit").body())
                .contains("value=\"admin\"")
                .doesNotContain("value=\"owner\"");

        for (User target : List.of(admin, plain)) {
            assertThat(asAdmin.form(base + "/members/" + id(target) + "/edit", "role", "owner")
                            .status())
                    .isEqualTo(403);
        }
        assertThat(asAdmin.form(base + "/members/" + id(owner) + "/edit", "role", "member")
                        .status())
                .isEqualTo(403);
        assertThat(asAdmin.form(base + "/members/" + id(owner) + "/remove").status())
                .isEqualTo(403);
        assertThat(asAdmin.form(base + "/invites", "email", "x@example.com", "role", "owner")
                        .status())
                .isEqualTo(403);
        assertThat(role(admin)).isEqualTo(MemberRole.ADMIN);

        assertThat(asAdmin.form(base + "/members/" + id(plain) + "/edit", "role", "member", "manage_keys", "yes")
                        .location())
                .isEqualTo(base + "/members");
        assertThat(accounts.memberships(plain.id()).getFirst().manageKeys()).isTrue();
    }

    @Test
    @Tag("S-09")
    void anAdminDoesNotGetTheLinkOfAnInviteForAnOwner() {
        String email = "new-" + UUID.randomUUID() + "@example.com";
        String link = link(asOwner.form(base + "/invites", "email", email, "role", "owner"));
        String invite = openInvite(asOwner.get(base + "/invites").body());
        Browser asAdmin = SignedIn.browser(server, member(MemberRole.ADMIN));

        assertThat(asAdmin.get(base + "/invites").body()).contains(email).doesNotContain(invite);
        assertThat(asAdmin.form(base + "/invites/" + invite + "/resend").status())
                .isEqualTo(403);
        assertThat(asAdmin.form(base + "/invites/" + invite + "/revoke").status())
                .isEqualTo(403);
        asAdmin.with("Accept", "application/json");
        String api = "/admin/api/v1/organizations/" + organization.slug() + "/invites/" + invite;
        assertThat(asAdmin.json("POST", api + "/resend", "").status()).isEqualTo(403);
        assertThat(asAdmin.json("DELETE", api, "").status()).isEqualTo(403);
        assertThat(SignedIn.stranger(server).get(link).status())
                .as("the owner's link goes on to work")
                .isEqualTo(200);
    }

    @Test
    @Tag("S-09")
    void theLastOwnerIsNotOfferedToLeaveAndCannot() {
        assertThat(asOwner.get(base + "/members").body()).doesNotContain("Leave", "Change role");
        Browser.Answer refused = asOwner.form(base + "/members/" + id(owner) + "/remove");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("make another member an owner first");
        assertThat(asOwner.form(base + "/members/" + id(owner) + "/edit", "role", "member")
                        .status())
                .isEqualTo(409);

        User second = member(MemberRole.OWNER);

        assertThat(asOwner.get(base + "/members").body()).contains("Leave");
        assertThat(asOwner.form(base + "/members/" + id(owner) + "/remove").status())
                .isEqualTo(303);
        assertThat(SignedIn.browser(server, second)
                        .form(base + "/members/" + id(second) + "/remove")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void removingSaysWhatEndsAndEndsIt() {
        User admin = member(MemberRole.ADMIN);
        Browser asAdmin = SignedIn.browser(server, admin);
        asAdmin.form(base + "/api-keys", "name", "one");
        asAdmin.form(base + "/api-keys", "name", "two");
        String path = base + "/members/" + id(admin) + "/remove";
        assertThat(asOwner.get(path).body()).contains("This ends 2 API keys.", admin.username());

        assertThat(asOwner.form(path).location()).isEqualTo(base + "/members");

        assertThat(asOwner.get(base + "/api-keys?show=ended").body()).contains("one", "two", "2 keys");
        assertThat(asAdmin.get(base + "/api-keys").status()).isEqualTo(404);
        assertThat(asOwner.get(base + "/audit").body()).contains("Member removed", "Keys revoked", admin.username());
    }

    @Test
    void whoAsksToJoinIsLetInAndNobodyLearnsWhichOrganizationsThereAre() {
        User guest = SignedIn.user(accounts, UserRole.USER);
        Browser asGuest = SignedIn.browser(server, guest);
        assertThat(asOwner.get(base + "/join-requests").body()).contains("Nobody asks", organization.slug());

        Browser.Answer known = asGuest.form("/organizations/join", "slug", organization.slug());
        Browser.Answer unknown = asGuest.form("/organizations/join", "slug", "no-such-organization");

        assertThat(known.status()).isEqualTo(303).isEqualTo(unknown.status());
        assertThat(known.location()).isEqualTo(unknown.location());
        assertThat(notice(known).replace(organization.slug(), "x"))
                .isEqualTo(notice(unknown).replace("no-such-organization", "x"));
        assertThat(asGuest.get(base + "/members").status()).isEqualTo(404);
        String list = asOwner.get(base + "/join-requests").body();
        Matcher request = Pattern.compile("/join-requests/(join_[^/]+)/approve").matcher(list);
        assertThat(request.find()).isTrue();
        assertThat(asOwner.form(base + "/join-requests/" + request.group(1) + "/approve")
                        .status())
                .isEqualTo(303);
        assertThat(role(guest)).isEqualTo(MemberRole.MEMBER);
        assertThat(asOwner.form(base + "/join-requests/" + request.group(1) + "/decline")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void settingsAreChangedAndTheSlugStays() {
        asOwner.form(base + "/settings", "name", "Acme Labs", "contact", "ops@acme", "visibility", "organization");

        assertThat(asOwner.get(base + "/settings").body()).contains("Acme Labs", "ops@acme", organization.slug());
        Organization now = accounts.organization(organization.id()).orElseThrow();
        assertThat(now.name()).isEqualTo("Acme Labs");
        assertThat(accounts.terms(now).visibility()).isEqualTo("organization");
        assertThat(asOwner.get(base + "/audit").body())
                .contains("Organization changed", owner.username(), "visibility");
    }

    @Test
    @Tag("S-14")
    void whatUsersWriteIsTextAndNothingElse() {
        Organization hostile = organization(PAYLOAD, owner);
        accounts.describe(hostile, new OrganizationTerms(PAYLOAD, "maker"));
        String name = "<img src=x>" + UUID.randomUUID().toString().substring(0, 8);
        User guest = accounts.createUser(name, name.substring(11) + "@example.com", UserRole.USER);
        accounts.putMember(hostile.id(), guest.id(), MemberRole.MEMBER, false);
        String inside = "/o/" + hostile.slug();
        for (String page : List.of(
                "/organizations",
                inside + "/members",
                inside + "/members/" + id(guest) + "/edit",
                inside + "/members/" + id(guest) + "/remove",
                inside + "/invites",
                inside + "/invites/new",
                inside + "/join-requests",
                inside + "/settings",
                inside + "/audit")) {
            Browser.Answer answer = asOwner.get(page);
            assertThat(answer.status()).as(page).isEqualTo(200);
            assertThat(answer.body()).as(page).contains("&lt;img src=x").doesNotContain("<img src=x");
        }
    }

    @Test
    void twoTabsInTwoOrganizationsDoNotTouchEachOther() {
        Organization other = organization("Other", owner);
        User guest = SignedIn.user(accounts, UserRole.USER);
        asOwner.get("/o/" + other.slug() + "/invites/new");

        asOwner.form(base + "/invites", "email", guest.email(), "role", "member");

        assertThat(asOwner.get(base + "/invites").body()).contains(guest.email());
        assertThat(asOwner.get("/o/" + other.slug() + "/invites").body()).doesNotContain(guest.email());
        String invite = openInvite(asOwner.get(base + "/invites").body());
        assertThat(asOwner.form("/o/" + other.slug() + "/invites/" + invite + "/revoke")
                        .status())
                .as("an invite of the other tab's organization")
                .isEqualTo(404);
    }

    @Test
    void searchingAndTurningPagesCoverAllMembers() {
        for (int i = 0; i < 55; i++) {
            User user = accounts.createUser(
                    "zz%02d-%s".formatted(i, UUID.randomUUID()), UUID.randomUUID() + "@example.com", UserRole.USER);
            accounts.putMember(organization.id(), user.id(), MemberRole.MEMBER, false);
        }
        String first = asOwner.get(base + "/members").body();
        assertThat(first).contains("56 members", "zz00-", "zz48-").doesNotContain("zz49-");
        assertThat(asOwner.get(base + "/members?skip=50").body())
                .contains("zz49-", "zz54-")
                .doesNotContain("zz48-");
        assertThat(asOwner.get(base + "/members?q=ZZ54").body())
                .contains("1 member<", "zz54-")
                .doesNotContain("zz53-");
        assertThat(asOwner.get(base + "/members?q=nobody-at-all").body()).contains("Nobody fits");
    }

    @Test
    void anAdministratorReachesAnOrganizationWithoutBeingAMember() {
        Browser administrator = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR));
        assertThat(administrator.get(base + "/members").body()).contains("Account: Acme", base + "/settings");
    }

    private Organization organization(String name, User owner) {
        return accounts.createOrganization("org-" + UUID.randomUUID().toString().substring(0, 8), name, owner.id());
    }

    private User member(MemberRole role) {
        User user = SignedIn.user(accounts, UserRole.USER);
        accounts.putMember(organization.id(), user.id(), role, false);
        return user;
    }

    private MemberRole role(User user) {
        return accounts.memberships(user.id()).stream()
                .filter(membership -> membership.organization().id() == organization.id())
                .findFirst()
                .orElseThrow()
                .role();
    }

    private static String id(User user) {
        return Ids.format(User.PREFIX, user.id());
    }

    private static String link(Browser.Answer answer) {
        Matcher matcher = LINK.matcher(answer.body());
        assertThat(matcher.find()).as(answer.body()).isTrue();
        return matcher.group(1);
    }

    private static String openInvite(String list) {
        Matcher matcher = Pattern.compile("/invites/(invite_[^/]+)/resend").matcher(list);
        assertThat(matcher.find()).as(list).isTrue();
        return matcher.group(1);
    }

    private static String notice(Browser.Answer answer) {
        return answer.response().headers().allValues("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("dw-notice="))
                .map(cookie -> new String(
                        java.util.Base64.getUrlDecoder()
                                .decode(cookie.substring(10).split(";", 2)[0]),
                        java.nio.charset.StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }
}
