package ai.doubleword.accounts;

import ai.doubleword.mail.TestMails;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.SecretBox;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.TestPublicAddress;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Signing in without the frame: a real database, and a clock that the test moves.
final class SignInFixture {
    static final String PASSWORD = "seven purple lanterns";

    static final AuditTrail NO_AUDIT = (transaction, event) -> {};

    final TestDatabase database = TestDatabase.create();
    final TestClock clock = new TestClock();
    final SecureRandom random = new SecureRandom();
    final Ids ids = new Ids(clock, random);
    final Accounts accounts = new TestAccounts(database.database(), ids, List.of()).service();
    final Sessions sessions = new Sessions(database.database(), ids, random, clock, config(), NO_AUDIT);
    final Throttle throttle = new Throttle(database.database(), clock);
    final TestMails mails = new TestMails(database.database(), ids, clock);
    final SecondFactor factor = new SecondFactor(
            database.database(),
            new SecretBox(MasterKey.of(new byte[32]), random),
            random,
            clock,
            mails.outbox(),
            NO_AUDIT);
    final PasskeyVerifier verifier = new PasskeyVerifier(TestPublicAddress.of("http://localhost:8080"));
    final PasskeyChallenges challenges = new PasskeyChallenges(database.database(), random, clock);
    final Passkeys passkeys = new Passkeys(database.database(), verifier, challenges, ids, mails.outbox(), NO_AUDIT);
    final SecondFactorProof proof = new SecondFactorProof(database.database(), factor, sessions, throttle);
    final HalfSignIns halves = new HalfSignIns(database.database(), factor, proof, sessions, random, clock);
    final PasswordSignIn passwords =
            new PasswordSignIn(database.database(), sessions, throttle, halves, mails.outbox(), NO_AUDIT);
    final AddressLinks links = new AddressLinks(database.database(), random, clock);

    static AccountsConfig config() {
        return config(Map.of());
    }

    static AccountsConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(AccountsConfig.class)
                .withDefaultValues(settings)
                .build()
                .getConfigMapping(AccountsConfig.class);
    }

    static Sessions.Place from(String address) {
        return new Sessions.Place("Firefox on Linux", address, Optional.empty());
    }

    /// A user who can sign in with [#PASSWORD].
    User user(String name) {
        User user = accounts.createUser(name, name + "@example.com", UserRole.USER);
        return accounts.claim(user.id(), user.email(), Passwords.hash(PASSWORD, user.email()));
    }

    Sessions.Opened signIn(User user) {
        return signIn(user.email(), PASSWORD);
    }

    /// Signs in where the password alone does.
    Sessions.Opened signIn(String email, String password) {
        return signIn(email, password, from("192.0.2.1"));
    }

    Sessions.Opened signIn(String email, String password, Sessions.Place place) {
        return ((PasswordSignIn.Outcome.In) passwords.signIn(email, password, place)).opened();
    }
}
