package ai.doubleword.accounts;

import java.net.URI;
import java.util.UUID;

/// Browsers of users who are signed in, for tests of pages.
public final class SignedIn {
    private static final String ORIGIN = "http://localhost:8080";
    private static final String PASSWORD = SignInFixture.PASSWORD;

    private SignedIn() {}

    /// A new user, claimed, who can sign in.
    public static User user(Accounts accounts, UserRole role) {
        String name = "u-" + UUID.randomUUID();
        User user = accounts.createUser(name, name + "@example.com", role);
        return accounts.claim(user.id(), user.email(), Passwords.hash(PASSWORD, user.email()));
    }

    /// A browser in which the user is signed in. It asks for pages, and sends the token as a header.
    public static Browser browser(URI server, User user) {
        return new Browser(server, ORIGIN).signIn(user.email(), PASSWORD).with("Accept", "text/html");
    }

    /// A browser in which nobody is signed in.
    public static Browser stranger(URI server) {
        return new Browser(server, ORIGIN).with("Accept", "text/html");
    }
}
