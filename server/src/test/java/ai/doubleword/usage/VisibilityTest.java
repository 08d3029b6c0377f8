package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Who sees which requests of an organization, and its usage by label.
@QuarkusTest
class VisibilityTest {
    private static final String KEYS = "/admin/api/v1/users/current/api-keys";
    private static final String REQUESTS = "/admin/api/v1/requests?limit=100";
    private static final long LONGEST = 60_000_000_000L;

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private Organization acme;
    private Browser asOwner;
    private Browser asAdmin;
    private Browser asMember;
    private String place;

    @BeforeEach
    void callWithTheKeysOfThree() {
        User owner = SignedIn.user(accounts, UserRole.USER);
        acme = accounts.createOrganization("org-" + UUID.randomUUID().toString().substring(0, 8), "Acme", owner.id());
        place = "/o/" + acme.slug();
        asOwner = browser(owner);
        asAdmin = browser(join(MemberRole.ADMIN, false));
        asMember = browser(join(MemberRole.MEMBER, true));
        call(create(asOwner, "owners", "{\"name\":\"owners\",\"labels\":{\"team\":\"search\"}}"));
        call(create(asAdmin, "admins", "{\"name\":\"admins\",\"labels\":{\"team\":\"ads\"}}"));
        call(create(asMember, "members", "{\"name\":\"members\"}"));
        until(() -> rows(asOwner) == 3);
    }

    @Test
    @Tag("S-09")
    void aMemberSeesTheOwnRequestsUntilTheOrganizationSharesAll() {
        assertThat(rows(asAdmin)).isEqualTo(3);
        assertThat(rows(asMember)).isEqualTo(1);
        assertThat(used(asMember)).isEqualTo(1);
        String id = asOwner.get(REQUESTS).json().at("/entries/2/request_id").asText();
        assertThat(asOwner.get(place + "/requests/" + id).status()).isEqualTo(200);
        assertThat(asMember.get(place + "/requests/" + id).status())
                .as("another's request by its id")
                .isEqualTo(404);
        assertThat(asMember.get(place + "/requests").body()).contains("1 shown", "Your calls in");
        assertThat(asMember.get(place + "/usage").body()).contains("What you and shared keys used");

        asOwner.form(place + "/settings", "name", "Acme", "visibility", "organization");

        assertThat(rows(asMember)).isEqualTo(3);
        assertThat(used(asMember)).isEqualTo(3);
        assertThat(asMember.get(place + "/requests/" + id).status()).isEqualTo(200);
        assertThat(asMember.get(place + "/requests").body()).contains("3 shown", "Every call of");

        asOwner.form(place + "/settings", "name", "Acme", "visibility", "maker");

        assertThat(rows(asMember)).isEqualTo(1);
    }

    @Test
    @Tag("S-09")
    void aSharedKeyOpensItsRequestsAndNoOthers() {
        String key = asOwner.get(KEYS).json().path("data").findParents("name").stream()
                .filter(one -> one.path("name").asText().equals("owners"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
        assertThat(asOwner.json("PATCH", KEYS + "/" + key, "{\"visibility\":\"world\"}")
                        .status())
                .isEqualTo(400);

        assertThat(asOwner.json("PATCH", KEYS + "/" + key, "{\"visibility\":\"organization\"}")
                        .json()
                        .path("visibility")
                        .asText())
                .isEqualTo("organization");

        assertThat(rows(asMember)).isEqualTo(2);
        assertThat(used(asMember)).isEqualTo(2);
        assertThat(asOwner.get(place + "/api-keys").body()).contains(">shared</span>");
    }

    @Test
    void usageIsSummedAndFilteredByTheLabelsOfKeys() {
        JsonNode groups = asOwner.get("/admin/api/v1/usage?group_by=label&label=team")
                .json()
                .path("groups");
        assertThat(groups).hasSize(3);
        assertThat(groups.findValuesAsText("label")).containsExactlyInAnyOrder("", "ads", "search");
        assertThat(asOwner.get("/admin/api/v1/usage?label=team=search")
                        .json()
                        .path("total_request_count")
                        .asInt())
                .isEqualTo(1);
        assertThat(asOwner.get("/admin/api/v1/usage?group_by=label").status()).isEqualTo(400);
        String page =
                asOwner.get(place + "/usage?by=label:team&measure=requests").body();
        assertThat(page).contains("by=label%3Ateam", ">search<", ">ads<", "(without)");
        assertThat(asOwner.get(place + "/usage/csv?by=label:team").body())
                .startsWith("time,label:team,")
                .contains("\"search\"", "\"ads\"");
    }

    @Test
    void theLargestKeysHaveAColourEachAndAllOthersShareOne() {
        for (int n = 4; n <= 8; n++) {
            JsonNode key = create(asOwner, "key-" + n, "{\"name\":\"key-" + n + "\"}");
            call(key);
            call(key);
        }
        until(() -> rows(asOwner) == 13);
        String page =
                asOwner.get(place + "/usage?by=key&measure=requests&range=24h").body();
        assertThat(page).contains(": 13</title>", ">owners<", ">admins<", ">members<", ">key-4<", ">key-8<");
        String chart = page.substring(page.indexOf("<svg class=\"chart\""), page.indexOf("</table>"));
        double all = heights(chart, "[0-6]");
        assertThat(heights(chart, "[1-5]")).isCloseTo(all * 10 / 13, within(1.0));
        assertThat(heights(chart, "6")).isCloseTo(all / 13, within(1.0));
        assertThat(heights(chart, "0")).as("the other two").isCloseTo(all * 2 / 13, within(1.0));
    }

    private static double heights(String chart, String color) {
        return Pattern.compile("<rect class=\"f" + color + "\"[^>]* height=\"([0-9.]+)\"")
                .matcher(chart)
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .sum();
    }

    private User join(MemberRole role, boolean manageKeys) {
        User user = SignedIn.user(accounts, UserRole.USER);
        accounts.putMember(acme.id(), user.id(), role, manageKeys);
        return user;
    }

    private Browser browser(User user) {
        return SignedIn.browser(server, user)
                .with("X-Organization-Id", acme.slug())
                .with("Accept", "*/*");
    }

    private static JsonNode create(Browser browser, String name, String body) {
        JsonNode made = browser.json("POST", KEYS, body).json();
        assertThat(made.path("name").asText()).isEqualTo(name);
        return made;
    }

    private void call(JsonNode key) {
        Browser.Answer answer = SignedIn.stranger(server)
                .with("Authorization", "Bearer " + key.path("key").asText())
                .json(
                        "POST",
                        "/v1/chat/completions",
                        "{\"model\":\"doubleword-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}");
        assertThat(answer.status()).isEqualTo(200);
    }

    private static int rows(Browser browser) {
        return browser.get(REQUESTS).json().path("entries").size();
    }

    private static int used(Browser browser) {
        return browser.get("/admin/api/v1/usage")
                .json()
                .path("total_request_count")
                .asInt();
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
