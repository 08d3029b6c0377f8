package ai.doubleword.demo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// On a system that is in use; the rest is in `DemoDataIT`, on an empty one.
@QuarkusTest
class DemoPageTest {
    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    private User user;

    @BeforeEach
    void makeSomebody() {
        user = SignedIn.user(accounts, UserRole.USER);
    }

    @Test
    void aSystemInUseIsNotFilled() {
        Browser administrator = SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR));
        assertThat(administrator.get("/admin/demo").body())
                .contains("This system is in use")
                .doesNotContain("Fill with demo data");
        Browser.Answer refused = administrator.form("/admin/demo");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("goes into an empty system only");
        assertThat(accounts.userByEmail("demo-ada@demo.invalid")).isEmpty();
        assertThat(administrator.get("/me").body()).doesNotContain("/admin/demo\">Fill");
        assertThat(administrator.form("/admin/demo/remove").status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void onlyAdministratorsReachIt() {
        Browser browser = SignedIn.browser(server, user);
        assertThat(browser.get("/admin/demo").status()).isEqualTo(403);
        assertThat(browser.form("/admin/demo").status()).isEqualTo(403);
        assertThat(browser.form("/admin/demo/remove").status()).isEqualTo(403);
    }
}
