package ai.doubleword.accounts;

import java.net.URI;
import java.util.UUID;

/// Users with a password, and browsers that they signed in with, for tests that speak HTTP.
public final class SignedInUsers {
    /// What the server under test takes pages of its own to be.
    public static final String ORIGIN = "http://localhost:8080";

    private final Accounts accounts;
    private final URI server;

    public SignedInUsers(Accounts accounts, URI server) {
        this.accounts = accounts;
        this.server = server;
    }

    public User make(UserRole role) {
        String name = "u-" + UUID.randomUUID();
        User user = accounts.createUser(name, name + "@example.com", role);
        return accounts.claim(user.id(), user.email(), Passwords.hash(SignInFixture.PASSWORD, user.email()));
    }

    /// A browser that nobody is signed in with.
    public Browser browser() {
        return new Browser(server, ORIGIN);
    }

    public Browser signIn(User user) {
        return browser().signIn(user.email(), SignInFixture.PASSWORD);
    }
}
