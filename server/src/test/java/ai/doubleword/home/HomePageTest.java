package ai.doubleword.home;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInTest;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HomePageTest extends SignedInTest {
    @Inject
    Keys keys;

    @Test
    void theStepsNoticeTheKeyAndTheFirstRequest() throws InterruptedException {
        assertThat(browser.get("/me").body()).contains("Create a key", "Waiting for a request");

        String key = keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("first"), Set.of())
                .text()
                .revealText();
        browser.with("HX-Request", "true");
        assertThat(browser.get("/me").body()).contains("You have 1.").doesNotContain("Create a key");

        SignedIn.stranger(server)
                .with("Authorization", "Bearer " + key)
                .json(
                        "POST",
                        "/v1/chat/completions",
                        "{\"model\":\"doubleword-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}");
        Await.until(() -> browser.get("/me").status() == 204);
        assertThat(browser.get("/me").response().headers().firstValue("HX-Refresh"))
                .contains("true");
        assertThat(browser.without("HX-Request").get("/me").body())
                .contains("Newest requests", "doubleword-demo")
                .doesNotContain("Waiting for a request");
    }
}
