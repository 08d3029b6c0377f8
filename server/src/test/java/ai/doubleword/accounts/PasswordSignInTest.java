package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordSignInTest {
    private final SignInFixture world = new SignInFixture();

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    @Tag("S-15")
    void neitherWordsNorTimeTellWhetherAnAddressIsKnown() {
        User known = world.user("ada");
        User unclaimed = world.accounts.createUser("bob", "bob@example.com", UserRole.USER);

        assertThat(refusal(known.email()))
                .isEqualTo(refusal("nobody@example.com"))
                .isEqualTo(refusal(unclaimed.email()));

        long[] knownTimes = new long[9];
        long[] unknownTimes = new long[9];
        for (int i = 0; i < knownTimes.length; i++) {
            String client = "198.51.100." + i;
            knownTimes[i] = time(world.user("user" + i).email(), client);
            unknownTimes[i] = time("nobody" + i + "@example.com", client);
        }
        // A hash takes some ten milliseconds, a look-up less than one.
        assertThat(median(unknownTimes)).isGreaterThan(median(knownTimes) / 3);
        assertThat(median(knownTimes)).isGreaterThan(median(unknownTimes) / 3);
    }

    @ParameterizedTest
    @Tag("S-15")
    @ValueSource(
            strings = {
                "short",
                "aaaaaaaaaaaaaaaa",
                "password1234",
                "qwertyuiop123",
                "123456789012",
                "administrator",
                "ada@example.com",
                "iloveyou1234"
            })
    void aPasswordThatEverybodyTriesFirstIsRefused(String password) {
        assertThatThrownBy(() -> Passwords.hash(password, "ada@example.com"))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().code()).isEqualTo(ErrorCode.INVALID_VALUE);
                    assertThat(refused.problem().param()).isEqualTo("password");
                });
    }

    @Test
    void aLongPasswordIsJudgedAndKeptInTime() {
        String longest = "a harbour in the fog ".repeat(13).substring(0, Passwords.LONGEST);
        assertThat(Passwords.matches(longest, Passwords.hash(longest, "ada@example.com")))
                .isTrue();
        assertThat(Passwords.matches(longest + "x", Passwords.hash(longest, "ada@example.com")))
                .isFalse();
    }

    @Test
    @Tag("S-15")
    void guessingInAnOpenBrowserIsSlowedDownLikeGuessingAtSignIn() {
        User user = world.user("ada");
        Session session = world.signIn(user).session();
        for (int i = 0; i < Throttle.FREE_PER_ACCOUNT; i++) {
            assertThat(confirmation(session, "wrong")).isEqualTo(ErrorCode.INVALID_VALUE);
        }
        assertThat(confirmation(session, "wrong")).isEqualTo(ErrorCode.INVALID_VALUE);
        assertThat(confirmation(session, SignInFixture.PASSWORD)).isEqualTo(ErrorCode.TOO_MANY_ATTEMPTS);
        assertThat(catchThrowableOfType(ProblemException.class, () -> world.signIn(user))
                        .problem()
                        .code())
                .isEqualTo(ErrorCode.TOO_MANY_ATTEMPTS);
    }

    private ErrorCode confirmation(Session session, String password) {
        return catchThrowableOfType(
                        ProblemException.class,
                        () -> world.passwords.confirm(session, password, SignInFixture.from("192.0.2.7")))
                .problem()
                .code();
    }

    @Test
    void addressesAreReadWithoutCaseAndSpace() {
        User user = world.user("ada");
        assertThat(world.signIn(" ADA@example.com ", SignInFixture.PASSWORD)
                        .session()
                        .user())
                .isEqualTo(user.id());
    }

    private Problem refusal(String email) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class,
                () -> world.passwords.signIn(email, "not the password", SignInFixture.from("192.0.2.1")));
        return refused.problem();
    }

    private long time(String email, String client) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> world.passwords.signIn(email, "not the password", SignInFixture.from(client)))
                .isInstanceOf(ProblemException.class);
        return System.nanoTime() - start;
    }

    private static long median(long[] times) {
        Arrays.sort(times);
        return times[times.length / 2];
    }
}
