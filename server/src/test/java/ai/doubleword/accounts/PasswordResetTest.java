package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.mail.TestMails.Sent;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PasswordResetTest {
    private static final String NEW = "nine quiet harbours";

    private final SignInFixture world = new SignInFixture();
    private final List<String> audited = new ArrayList<>();
    private final PasswordReset resets = new PasswordReset(
            world.database.database(),
            world.links,
            world.mails.outbox(),
            world.sessions,
            (transaction, event) -> audited.add(event.kind()));
    private final AddressRequests requests = new AddressRequests(
            world.database.database(),
            world.throttle,
            world.ids,
            world.clock,
            (transaction, event) -> audited.add(event.kind()));
    private final AddressAnswers answers = new AddressAnswers(
            world.database.database(),
            resets,
            new RegistrationMails(
                    SignInFixture.config(),
                    world.links,
                    new Invites(
                            world.database.database(),
                            world.ids,
                            world.random,
                            world.clock,
                            world.mails.outbox(),
                            SignInFixture.NO_AUDIT),
                    world.mails.outbox()));
    private final User ada = world.user("ada");

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    @Tag("S-15")
    void aLinkByMailSetsAPasswordAndSignsAllBrowsersOut() {
        world.signIn(ada);
        resets.set(token(), NEW);

        assertThat(world.sessions.list(ada.id())).isEmpty();
        assertThat(world.signIn(ada.email(), NEW).session().user()).isEqualTo(ada.id());
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> world.passwords.signIn(ada.email(), SignInFixture.PASSWORD, SignInFixture.from("192.0.2.1")));
        assertThat(world.mails.arrived())
                .singleElement()
                .satisfies(notice -> assertThat(notice.subject()).isEqualTo("Your password was changed"));
        assertThat(audited).containsExactly("password_reset.asked", "password_reset.link_made", "password_reset.used");
    }

    @Test
    void itProvesTheAddress() {
        assertThat(ada.verified()).isFalse();
        resets.set(token(), NEW);
        assertThat(world.accounts.user(ada.id()))
                .hasValueSatisfying(user -> assertThat(user.verified()).isTrue());
    }

    @Test
    @Tag("S-15")
    void askingForAnAddressThatNobodyHasWritesTheSameRowsAndSendsNothing() {
        String known = rowsAfterAsking(ada.email());
        String unknown = rowsAfterAsking("nobody@example.com");
        assertThat(unknown).isEqualTo(known);

        answers.answer();
        assertThat(world.mails.arrived()).extracting(Sent::recipient).containsExactly(ada.email());
        assertThat(audited).filteredOn("password_reset.asked"::equals).hasSize(2);
    }

    @Test
    void aLinkWorksOnce() {
        String token = token();
        resets.set(token, NEW);
        refused(ErrorCode.NOT_FOUND, () -> resets.set(token, "another quiet harbour"));
    }

    @Test
    void ofManyAtTheSameTimeOneSetsAPassword() {
        String token = token();
        AtomicInteger set = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                threads.execute(() -> {
                    resets.set(token, NEW);
                    set.incrementAndGet();
                });
            }
        }
        assertThat(set).hasValue(1);
    }

    @Test
    void aLinkWorksForAnHourAndUntilTheNextOne() {
        String first = token();
        String second = token();
        assertThat(resets.find(first)).isEmpty();
        world.clock.advance(Duration.ofHours(1).minusSeconds(1));
        assertThat(resets.find(second)).hasValue(ada.email());
        world.clock.advance(Duration.ofSeconds(1));
        refused(ErrorCode.NOT_FOUND, () -> resets.set(second, NEW));
    }

    @Test
    void aPasswordThatMayNotBeLeavesTheLinkAsItWas() {
        String token = token();
        refused(ErrorCode.INVALID_VALUE, () -> resets.set(token, "short"));
        resets.set(token, NEW);
    }

    @Test
    void aDisabledUserGetsNoLinkAndUsesNone() {
        String token = token();
        world.accounts.setDisabled(ada.id(), true);
        refused(ErrorCode.NOT_FOUND, () -> resets.set(token, NEW));

        requests.askReset(ada.email(), "192.0.2.1");
        answers.answer();
        assertThat(world.mails.arrived()).isEmpty();
    }

    @Test
    @Tag("S-15")
    void askingIsSlowedDownWhetherTheAddressIsKnownOrNot() {
        for (String email : List.of(ada.email(), "nobody@example.com")) {
            for (int i = 0; i <= Throttle.FREE_PER_ACCOUNT; i++) {
                requests.askReset(email, "192.0.2.1");
            }
            refused(ErrorCode.TOO_MANY_ATTEMPTS, () -> requests.askReset(email, "192.0.2.2"));
        }
        assertThat(world.signIn(ada).session().user())
                .as("signing in is not slowed down by it")
                .isEqualTo(ada.id());
    }

    @Test
    @Tag("S-02")
    void theDatabaseHoldsNoTokenThatSetsAPassword() {
        String token = token();
        String rows = world.database
                .database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT string_agg(l::text, ' ') FROM address_link l")
                        .mapTo(String.class)
                        .one());
        assertThat(rows).contains(ada.email()).doesNotContain(token);
    }

    @Test
    void anAddressIsConfirmedByALinkAndNotAfterItChanged() {
        AddressChecks checks = new AddressChecks(
                world.database.database(), world.links, world.mails.outbox(), world.throttle, SignInFixture.NO_AUDIT);
        checks.send(ada, "192.0.2.1");
        String stale = world.mails.arrived().getFirst().token();
        world.accounts.claim(ada.id(), "countess@example.com", "unused");
        refused(ErrorCode.NOT_FOUND, () -> checks.confirm(stale));

        User renamed = world.accounts.user(ada.id()).orElseThrow();
        checks.send(renamed, "192.0.2.1");
        String token = world.mails.arrived().getFirst().token();
        assertThat(checks.find(token)).hasValue("countess@example.com");
        checks.confirm(token);
        assertThat(world.accounts.user(ada.id()).orElseThrow().verified()).isTrue();
        refused(ErrorCode.NOT_FOUND, () -> checks.confirm(token));

        world.accounts.claim(ada.id(), "other@example.com", "unused");
        assertThat(world.accounts.user(ada.id()).orElseThrow().verified())
                .as("another address is not proved by the one before")
                .isFalse();
    }

    private String token() {
        requests.askReset(ada.email(), "192.0.2.1");
        answers.answer();
        return world.mails.arrived().getLast().token();
    }

    /// How many rows each table has that asking could touch.
    private String rowsAfterAsking(String email) {
        String before = rows();
        requests.askReset(email, "192.0.2.1");
        return before + " " + rows();
    }

    private String rows() {
        return world.database
                .database()
                .engine()
                .withHandle(
                        handle -> handle.createQuery("""
                        SELECT (SELECT count(*) FROM address_link) || ' links, ' || (SELECT count(*) FROM mail) || ' mails'
                        """).mapTo(String.class).one());
    }

    private static void refused(ErrorCode code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }
}
