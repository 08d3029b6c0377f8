package ai.doubleword.accounts;

import io.quarkus.test.common.http.TestHTTPResource;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;

/// What tests of pages begin with: a new user, and a browser in which that user is signed in.
public abstract class SignedInTest {
    @Inject
    protected Accounts accounts;

    @TestHTTPResource("/")
    protected URI server;

    protected User user;
    protected Browser browser;

    @BeforeEach
    void signIn() {
        user = SignedIn.user(accounts, UserRole.USER);
        browser = SignedIn.browser(server, user);
    }
}
