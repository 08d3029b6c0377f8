package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Database;
import ai.doubleword.providers.Providers;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ProvidersPageTest {
    private static final SimulatorServer SIMULATOR =
            SimulatorServer.start(new SimulatedModels(SimulatorConfig.defaults()), "127.0.0.1", 0, 1);

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @Inject
    Providers providers;

    @TestHTTPResource("/")
    URI server;

    private final String name = "p-" + UUID.randomUUID();
    private Browser browser;

    @BeforeEach
    void signIn() {
        browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR));
    }

    @AfterAll
    static void stopSimulator() {
        SIMULATOR.close();
    }

    @Test
    void connectingAProviderShowsItsModelsAndTriesOne() {
        Browser.Answer connected = connect(SIMULATOR.baseUrl(), "a secret of theirs");

        assertThat(connected.status()).isEqualTo(200);
        assertThat(connected.body())
                .contains("What the provider serves", "A test call was answered", "It serves the Responses API.")
                .doesNotContain("a secret of theirs");
        assertThat(browser.get("/admin/providers").body())
                .contains(name, "with a key")
                .doesNotContain("a secret of theirs");
        assertThat(browser.get("/admin/providers/" + name + "/remove").body())
                .contains("These models run nowhere else");

        assertThat(browser.form("/admin/providers/" + name + "/remove").status())
                .isEqualTo(303);
        assertThat(browser.get("/admin/providers").body()).doesNotContain(name);
    }

    @Test
    void whetherItServesTheResponsesApiIsFoundOutOrSaid() {
        assertThat(browser.get("/admin/providers/connect").body()).contains("<option value=\"auto\" selected>Find out");
        connect(SIMULATOR.baseUrl(), "");
        assertThat(responses()).isEqualTo("native");
        browser.form("/admin/providers/" + name + "/remove");
        Browser.Answer told = browser.form(
                "/admin/providers/connect", "name", name, "base_url", SIMULATOR.baseUrl(), "responses", "none");
        assertThat(told.body()).contains("What the provider serves").doesNotContain("serves the Responses API");
        assertThat(responses()).isEqualTo("none");
    }

    private String responses() {
        return database.engine()
                .withHandle(handle -> providers.byName(handle, name))
                .orElseThrow()
                .quirks()
                .responses()
                .wire();
    }

    @Test
    void aProviderThatDoesNotAnswerIsNotKeptAndTheFormSaysWhy() {
        Browser.Answer refused = connect("http://127.0.0.1:1/v1", "");

        assertThat(refused.status()).isEqualTo(502);
        assertThat(refused.body()).contains("role=\"alert\"", "value=\"" + name + "\"");
        assertThat(browser.get("/admin/providers").body()).doesNotContain(name);
    }

    @Test
    void providersAreForAdministrators() {
        Browser other = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        assertThat(other.get("/admin/providers").status()).isEqualTo(403);
        assertThat(other.form("/admin/providers/connect", "name", name, "base_url", "http://127.0.0.1:1/v1")
                        .status())
                .isEqualTo(403);
        assertThat(other.get("/me").body()).doesNotContain("/admin/providers");
    }

    private Browser.Answer connect(String baseUrl, String key) {
        return browser.form("/admin/providers/connect", "name", name, "base_url", baseUrl, "api_key", key);
    }
}
