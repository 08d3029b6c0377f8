package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.UserRole;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ComparePageTest {
    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private Browser browser;

    @BeforeEach
    void signIn() {
        browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
    }

    @Test
    void withoutAChoiceItOffersOne() {
        assertThat(browser.get("/me/compare").body())
                .contains("Choose two to four models", "name=\"model\" value=\"doubleword-demo\"");
    }

    @Test
    void theAddressHoldsModelsAndWorkload() {
        String page = browser.get("/me/compare?model=doubleword-demo&model=all-minilm-l6-v2&model=none"
                        + "&requests=1000&input=2000&output=500&cached=50")
                .body();
        assertThat(page)
                .contains(
                        "value=\"doubleword-demo\" checked",
                        "value=\"all-minilm-l6-v2\" checked",
                        "value=\"2000\"",
                        "131,072",
                        "json_schema")
                .doesNotContain("no-such", "{{");
        // The demo model takes a dollar for each million tokens of any kind: 2.5 million a day.
        assertThat(page)
                .contains("$75.00", "$2.50 a day")
                .containsPattern("\\$7\\.50</span> <span class=\"badge good\">");
    }

    @Test
    void theCatalogueFiltersByCapability() {
        assertThat(browser.get("/me/models?capability=json_schema").body())
                .contains("/me/models/doubleword-demo", "<option selected>json_schema</option>")
                .doesNotContain("/me/models/all-minilm-l6-v2");
    }
}
