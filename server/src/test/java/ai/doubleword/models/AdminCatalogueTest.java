package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.UserRole;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Models, tariffs and configuration, as administrators change them in the console.
@QuarkusTest
class AdminCatalogueTest {
    private static final String API = "/admin/api/v1/models/";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private final String name = "m-" + UUID.randomUUID();
    private Browser browser;

    @BeforeEach
    void signIn() {
        browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR))
                .with("Accept", "text/html,*/*;q=0.8");
    }

    @AfterEach
    void removeModel() {
        browser.json("DELETE", API + name, "");
    }

    @Test
    void aModelIsAddedWithItsRouteAndChangedAndRemoved() {
        Browser.Answer added = add();

        assertThat(added.status()).isEqualTo(303);
        JsonNode model = api();
        assertThat(model.path("capabilities").toString()).isEqualTo("[\"tools\",\"vision\"]");
        assertThat(model.path("tiers").toString()).isEqualTo("[\"realtime\",\"batch\"]");
        assertThat(model.at("/targets/0/provider").asText()).isEqualTo("simulator");
        assertThat(model.at("/targets/0/weight").asInt()).isEqualTo(3);
        assertThat(model.at("/targets/0/priority").asInt()).isEqualTo(1);

        String page = browser.get(added.location()).body();
        assertThat(page).contains("value=\"" + name + "\"", "<option selected>simulator</option>", "tools, vision");
        Browser.Answer saved = browser.formOf(
                added.location(), "name=" + name + "&type=chat&tier=realtime&policy=weighted&provider=&upstream=");
        assertThat(saved.status()).isEqualTo(303);
        assertThat(api().path("targets"))
                .as("a place without a provider is taken out")
                .isEmpty();
        assertThat(browser.get("/admin/models?show=stranded&q=" + name).body()).contains(name, "nowhere");

        assertThat(browser.get(added.location() + "/remove").body()).contains("Remove model", name);
        assertThat(browser.form(added.location() + "/remove").status()).isEqualTo(303);
        assertThat(browser.get(added.location()).status()).isEqualTo(404);
    }

    @Test
    void aRefusedModelComesBackAsItWasTyped() {
        Browser.Answer refused = browser.formOf(
                "/admin/models/new",
                "name=" + name + "&type=chat&tier=realtime&policy=priority&context_length=long&provider=&upstream=");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body())
                .contains("role=\"alert\"", "&#39;long&#39; is not a whole number", "value=\"" + name + "\"")
                .contains(
                        refused.response().headers().firstValue("x-request-id").orElseThrow());
        assertThat(browser.get("/admin/models?q=" + name).body()).contains("No model fits");
    }

    @Test
    void aHiddenModelIsSeenByAdministratorsOnly() {
        String address = add().location();
        Browser customer = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        assertThat(customer.get("/me/models").body()).contains(name);

        assertThat(browser.form(address + "/hide", "hidden", "true").status()).isEqualTo(303);

        assertThat(customer.get("/me/models").body()).doesNotContain(name);
        assertThat(customer.get("/me/models/" + name).status()).isEqualTo(404);
        assertThat(browser.get("/admin/models?show=hidden&q=" + name).body()).contains(name, ">hidden<");
        assertThat(api().path("hidden").asBoolean()).isTrue();

        browser.form(address + "/hide", "hidden", "false");
        assertThat(customer.get("/me/models").body()).contains(name);
    }

    @Test
    void aTestCallSaysHowEachPlaceAnswered() {
        Browser.Answer tested = browser.form(add().location() + "/test");

        assertThat(tested.status()).isEqualTo(200);
        assertThat(tested.body()).contains("Test call", "<strong>simulator</strong> answered as");
    }

    @Test
    void aPriceIsANewVersionAndFillsInTheOtherTiers() {
        String id = add().location().replaceFirst(".*/", "");
        assertThat(browser.get("/admin/tariffs?show=unpriced&q=" + name).body()).contains(name, "not priced");
        assertThat(browser.get("/admin/tariffs/" + id).body()).contains("Free, no price set");

        Browser.Answer set = price(id, "slot", "realtime", "input", "0.2", "output", "0.8", "cache_read", "0.02");
        assertThat(set.status()).isEqualTo(303);
        price(id, "slot", "realtime", "input", "0.3", "output", "0.8");

        String page = browser.get(set.location()).body();
        assertThat(page).contains("in force", "past", "by factor", "by hand", "$0.30", "$0.20", "$0.02");
        assertThat(page).as("half of it").contains("$0.15");
        assertThat(browser.get("/admin/tariffs?q=" + name).body())
                .contains("$0.30 <span class=\"muted\">/</span> $0.80")
                .doesNotContain("not priced");
        assertThat(auditKinds(name)).contains("price.set", "model.created");
    }

    @Test
    void aPriceInThePastOrWithoutSenseIsRefusedWithTheReason() {
        String id = add().location().replaceFirst(".*/", "");
        for (String[] wrong : List.of(
                new String[] {"input", "much", "is no price"},
                new String[] {"input", "", "Give the price"},
                new String[] {"valid_from", "2020-01-01T00:00", "must not be in the past"},
                new String[] {"valid_from", "tomorrow", "is no time"})) {
            Browser.Answer refused = wrong[0].equals("input")
                    ? price(id, "slot", "flex", "input", wrong[1])
                    : price(id, "slot", "flex", "input", "1", "valid_from", wrong[1]);
            assertThat(refused.status()).as(wrong[1]).isEqualTo(400);
            assertThat(refused.body()).as(wrong[1]).contains(wrong[2], "role=\"alert\"");
        }
        assertThat(browser.get("/admin/tariffs/" + id).body()).contains("Free, no price set");
    }

    @Test
    void aPastedConfigurationIsShownAsChangesBeforeItIsApplied() {
        add();
        assertThat(browser.get("/admin/configuration").body()).contains("<code id=\"export\">");
        assertThat(browser.get("/admin/configuration/catalogue.yaml").body()).contains("- name: " + name);
        String text = "models:\n  - {name: " + name + ", description: 'Pasted <b>words</b>'}\n";

        Browser.Answer planned = browser.form("/admin/configuration/change", "text", text);

        assertThat(planned.status()).isEqualTo(200);
        assertThat(planned.body())
                .contains("What would change", "1 change,", "Pasted &lt;b&gt;words&lt;/b&gt;")
                .doesNotContain("<b>words</b>");
        assertThat(api().path("description").asText()).isEqualTo("For the test");

        assertThat(browser.form("/admin/configuration/apply", "text", text).status())
                .isEqualTo(303);
        assertThat(api().path("description").asText()).isEqualTo("Pasted <b>words</b>");
        assertThat(browser.form("/admin/configuration/change", "text", text).body())
                .contains("Nothing would change");
    }

    @Test
    void whatIsWrongInAPastedConfigurationIsNamedByItsLine() {
        for (String[] wrong : List.of(
                new String[] {"models:\n  - name: m\n    typo: x\n", "Line 3: unknown key"},
                new String[] {"models:\n  - {name: m, targets: [{provider: nobody}]}\n", "no such provider"},
                new String[] {"models: [\n", "is no YAML"},
                new String[] {"hello", "neither"})) {
            Browser.Answer refused = browser.form("/admin/configuration/change", "text", wrong[0]);
            assertThat(refused.status()).as(wrong[0]).isEqualTo(400);
            assertThat(refused.body()).as(wrong[0]).contains(wrong[1].replace("'", "&#39;"));
        }
    }

    @Test
    @Tag("S-07")
    void aPastedConfigurationOpensNoFileAndNoVariableOfTheServer() {
        for (String reference :
                List.of("api-key-file: /etc/hostname", "api-key-env: PATH", "headers: {x: {file: /etc/hostname}}")) {
            Browser.Answer refused = browser.form(
                    "/admin/configuration/apply",
                    "text",
                    "providers:\n  - name: " + name + "\n    base-url: http://127.0.0.1:9/v1\n    " + reference + "\n");
            assertThat(refused.status()).as(reference).isEqualTo(400);
            assertThat(refused.body()).as(reference).contains("Line 4: the page reads no variables and files");
        }
        assertThat(browser.get("/admin/providers").body()).doesNotContain(name);
    }

    @Test
    void thesePagesAreForAdministrators() {
        Browser other = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        for (String page : List.of("/admin/models", "/admin/models/new", "/admin/tariffs", "/admin/configuration")) {
            assertThat(other.get(page).status()).as(page).isEqualTo(403);
        }
        assertThat(other.form("/admin/models/new", "name", name).status()).isEqualTo(403);
        assertThat(other.get("/me").body()).doesNotContain("/admin/");
    }

    private Browser.Answer add() {
        return browser.formOf(
                "/admin/models/new",
                "name=" + name + "&type=chat&description=For+the+test&capabilities=vision,+tools&context_length=8192"
                        + "&tier=realtime&tier=batch&policy=priority"
                        + "&provider=simulator&upstream=doubleword-demo&weight=3&priority=1&concurrency="
                        + "&provider=&upstream=&weight=&priority=&concurrency=");
    }

    private Browser.Answer price(String id, String... fields) {
        return browser.form("/admin/tariffs/" + id + "/price", fields);
    }

    private JsonNode api() {
        return browser.get(API + name).json();
    }

    private List<String> auditKinds(String subject) {
        return browser.get("/admin/api/v1/audit?limit=200")
                .json()
                .path("data")
                .valueStream()
                .filter(row -> row.path("subject").asText().equals(subject))
                .map(row -> row.path("kind").asText())
                .toList();
    }
}
