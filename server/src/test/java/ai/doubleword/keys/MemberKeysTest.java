package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Keys that an owner makes for a member, who alone gets to know the secret.
@QuarkusTest
class MemberKeysTest {
    private static final String API = "/admin/api/v1/users/current/api-keys";
    private static final Pattern SECRET = Pattern.compile("dw_[sp]k_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    MemberKeys memberKeys;

    @TestHTTPResource("/")
    URI server;

    private User owner;
    private User member;
    private Browser asOwner;
    private Browser asMember;
    private Organization acme;
    private String page;

    @BeforeEach
    void makeAnOrganization() {
        owner = SignedIn.user(accounts, UserRole.USER);
        member = SignedIn.user(accounts, UserRole.USER);
        acme = accounts.createOrganization("org-" + UUID.randomUUID().toString().substring(0, 8), "Acme", owner.id());
        accounts.putMember(acme.id(), member.id(), MemberRole.MEMBER, false);
        asOwner = SignedIn.browser(server, owner).with("Accept", "*/*");
        asMember = SignedIn.browser(server, member).with("Accept", "*/*");
        page = "/o/" + acme.slug() + "/api-keys";
    }

    @Test
    @Tag("S-03")
    void aKeyForAMemberIsRevealedToThatMemberOnceAndNeverToItsMaker() throws InterruptedException {
        assertThat(asOwner.get(page + "/new").body()).contains("Myself", member.username());

        Browser.Answer made = asOwner.form(page, "name", "for anna", "member", id(member));

        assertThat(made.status()).isEqualTo(303);
        assertThat(made.body()).doesNotContainPattern(SECRET);
        String key = onlyKey();
        assertThat(asOwner.get(page).body())
                .contains("for anna", "unopened", "for " + member.username() + ", by " + owner.username())
                .doesNotContain("/reveal");
        assertThat(asOwner.form(page + "/" + key + "/reveal").status())
                .as("its maker reveals it")
                .isEqualTo(404);
        assertThat(asMember.get(page).body()).contains("for anna", page + "/" + key + "/reveal");
        assertThat(asMember.get(page + "/" + key + "/reveal").body()).contains("Reveal API key");

        Browser.Answer revealed = asMember.form(page + "/" + key + "/reveal");

        assertThat(revealed.response().headers().firstValue("cache-control")).contains("no-store");
        String secret = secret(revealed.body());
        Await.until(() -> new Http(server, secret).get("/v1/models").status() == 200);
        assertThat(keys.get(acme.account(), key).createdBy()).isEqualTo(member.id());
        Browser.Answer again = asMember.form(page + "/" + key + "/reveal");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body()).contains("opened already").doesNotContainPattern(SECRET);
        assertThat(asOwner.get("/o/" + acme.slug() + "/audit").body()).contains("Key created", "Key opened");
    }

    @Test
    void byApiItIsMadeWithoutASecretAndOpenedByItsMember() {
        asOwner.with("X-Organization-Id", acme.slug());
        asMember.with("X-Organization-Id", acme.slug());

        JsonNode made = asOwner.json(
                        "POST",
                        API,
                        "{\"name\":\"ci\",\"member\":\"" + member.email() + "\",\"labels\":{\"team\":\"a\"}}")
                .json();

        assertThat(made.has("key")).isFalse();
        assertThat(made.path("status").asText()).isEqualTo("unopened");
        assertThat(made.path("created_by").asText()).isEqualTo(id(member));
        assertThat(made.path("made_by").asText()).isEqualTo(id(owner));
        String open = API + "/" + made.path("id").asText() + "/open";
        assertThat(asOwner.json("POST", open, "").status()).isEqualTo(404);
        JsonNode opened = asMember.json("POST", open, "").json();
        assertThat(opened.path("key").asText()).matches(SECRET);
        assertThat(opened.path("status").asText()).isEqualTo("active");
        assertThat(asMember.json("POST", open, "").status()).isEqualTo(409);
    }

    @Test
    @Tag("S-03")
    void theOperatorsCommandMakesOneThatOnlyTheMemberReveals() {
        User administrator = SignedIn.user(accounts, UserRole.ADMINISTRATOR);
        Caller operator = new Caller(
                administrator.id(), acme.account(), true, KeyRules.ALL_RIGHTS, new Caller.Credential.Operator());

        ApiKey made = memberKeys.make(operator, member.email(), KeyType.INFERENCE, KeyTerms.named("deploy"));

        assertThat(made.unopened()).isTrue();
        assertThat(made.madeBy()).isEqualTo(administrator.id());
        assertThat(secret(asMember.form(page + "/" + made.id() + "/reveal").body()))
                .startsWith("dw_sk_" + made.id());
    }

    @Test
    @Tag("S-09")
    void onlyMembersGetKeysAndOnlyFromWhoMayManageThem() {
        User stranger = SignedIn.user(accounts, UserRole.USER);
        assertThat(asOwner.form(page, "name", "x", "member", id(stranger)).status())
                .isEqualTo(400);
        assertThat(asOwner.form("/me/api-keys", "name", "x", "member", id(member))
                        .status())
                .as("a personal account has no members")
                .isEqualTo(400);
        assertThat(asMember.form(page, "name", "x", "member", id(owner)).status())
                .isEqualTo(403);
        assertThat(keys.list(acme.account(), 0, 10).total()).isZero();

        asOwner.form(page, "name", "boss", "member", id(member), "type", "platform");

        assertThat(keys.get(acme.account(), onlyKey()).terms().scopes().rights())
                .as("no more than the member may do")
                .containsExactly("usage");
    }

    @Test
    @Tag("S-09")
    void aMemberWithoutTheRightSeesTheOwnKeysAndCannotManageThem() {
        String theirs = issue(owner, "the owner's");
        asOwner.form(page, "name", "for anna", "member", id(member));

        String list = asMember.get(page).body();

        assertThat(list)
                .contains("for anna", "1 key<")
                .doesNotContain("the owner&#39;s", "Create API Key", "Revoke", "Rotate");
        assertThat(asMember.get(page + "?q=owner").body()).doesNotContain("the owner&#39;s");
        for (String action : new String[] {"reveal", "edit", "rotate", "delete", "leaked"}) {
            assertThat(asMember.form(page + "/" + theirs + "/" + action, "name", "mine")
                            .status())
                    .as(action)
                    .isIn(403, 404);
        }
        assertThat(keys.get(acme.account(), theirs).revokedAt()).isNull();
    }

    @Test
    void whatHasNoSecretCannotBeRotatedAndEndsLikeAnyOther() {
        asOwner.form(page, "name", "for anna", "member", id(member));
        String key = onlyKey();
        assertThat(asOwner.form(page + "/" + key + "/rotate", "overlap", "0").status())
                .isEqualTo(409);
        assertThat(asOwner.form(page + "/" + key + "/leaked").status()).isEqualTo(409);

        asOwner.form(page + "/revoke", "id", key);

        assertThat(asMember.form(page + "/" + key + "/reveal").status()).isEqualTo(409);
        assertThat(asMember.get(page).body()).contains("revoked").doesNotContain("/reveal");
    }

    @Test
    void whoLeavesTakesAnUnopenedKeyNowhere() {
        asOwner.form(page, "name", "for anna", "member", id(member));
        String key = onlyKey();

        accounts.removeMember(acme.id(), member.id());

        assertThat(keys.get(acme.account(), key).revokedAt()).isNotNull();
        assertThat(asMember.form(page + "/" + key + "/reveal").status()).isEqualTo(404);
    }

    private String onlyKey() {
        return keys.list(acme.account(), 0, 10).keys().stream()
                .filter(key -> key.createdBy() == member.id())
                .findFirst()
                .orElseThrow()
                .id();
    }

    private String issue(User user, String name) {
        return keys.issue(acme.account(), user.id(), KeyType.INFERENCE, KeyTerms.named(name), Set.of())
                .key()
                .id();
    }

    private static String id(User user) {
        return Ids.format(User.PREFIX, user.id());
    }

    private static String secret(String body) {
        Matcher matcher = SECRET.matcher(body);
        assertThat(matcher.find()).as(body).isTrue();
        return matcher.group();
    }
}
