package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final SignInFixture world = new SignInFixture();

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    void anUnusedSessionEndsAfterTwelveHoursAndABusyOneAfterSevenDays() {
        User user = world.user("ada");
        String idle = world.signIn(user).token().revealText();
        String busy = world.signIn(user).token().revealText();

        for (int hour = 0; hour < 7 * 24; hour += 6) {
            assertThat(find(busy)).as("after %d hours", hour).isPresent();
            world.clock.advance(Duration.ofHours(6));
            if (hour == 6) {
                assertThat(find(idle)).as("not used for twelve hours").isEmpty();
            }
        }
        assertThat(find(busy)).as("after seven days").isEmpty();
    }

    @Test
    @Tag("S-02")
    void theDatabaseHoldsNoTokenThatOpensASession() {
        Sessions.Opened opened = world.signIn(world.user("ada"));

        String rows = world.database
                .database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT string_agg(t::text, ' ') FROM session t")
                        .mapTo(String.class)
                        .one());

        assertThat(rows)
                .contains("Firefox on Linux")
                .doesNotContain(opened.token().revealText());
    }

    @Test
    @Tag("S-14")
    void signingInAgainEndsTheSessionThatTheBrowserHad() {
        User user = world.user("ada");
        Sessions.Opened first = world.signIn(user);

        Sessions.Opened second = world.signIn(
                user.email(),
                SignInFixture.PASSWORD,
                new Sessions.Place(
                        "Firefox on Linux",
                        "192.0.2.1",
                        Optional.of(first.session().id())));

        assertThat(find(first.token().revealText())).isEmpty();
        assertThat(find(second.token().revealText())).isPresent();
    }

    @Test
    void aDisabledUserIsSignedOutAtOnce() {
        User user = world.user("ada");
        String token = world.signIn(user).token().revealText();

        world.accounts.setDisabled(user.id(), true);

        assertThat(find(token)).isEmpty();
        assertThatThrownBy(() -> world.signIn(user)).satisfies(SessionsTest::isRefused);
    }

    @Test
    void changingThePasswordSignsTheOtherBrowsersOut() {
        User user = world.user("ada");
        Sessions.Opened here = world.signIn(user);
        String elsewhere = world.signIn(user).token().revealText();

        world.passwords.change(
                here.session(), SignInFixture.PASSWORD, "nine quiet harbours", SignInFixture.from("192.0.2.1"));

        assertThat(find(here.token().revealText())).isPresent();
        assertThat(find(elsewhere)).isEmpty();
        assertThatThrownBy(() -> world.signIn(user)).satisfies(SessionsTest::isRefused);
        assertThat(world.signIn(user.email(), "nine quiet harbours")).isNotNull();
    }

    @Test
    void thePasswordIsNotChangedWithoutTheCurrentOne() {
        User user = world.user("ada");
        Session session = world.signIn(user).session();

        assertThatThrownBy(() -> world.passwords.change(
                        session, "not the password", "nine quiet harbours", SignInFixture.from("192.0.2.1")))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.INVALID_VALUE));

        assertThat(world.signIn(user)).isNotNull();
    }

    @Test
    void nobodyEndsTheSessionOfAnotherUser() {
        Session victim = world.signIn(world.user("ada")).session();
        User stranger = world.user("eve");

        assertThatThrownBy(() -> world.sessions.end(stranger.id(), victim.id()))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.NOT_FOUND));

        assertThat(world.sessions.list(victim.user())).extracting(Session::id).containsExactly(victim.id());
    }

    private Optional<Session> find(String token) {
        return world.sessions.find(token, "192.0.2.1");
    }

    private static void isRefused(Throwable failure) {
        assertThat(code(failure)).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    private static ErrorCode code(Throwable failure) {
        return ((ProblemException) failure).problem().code();
    }
}
