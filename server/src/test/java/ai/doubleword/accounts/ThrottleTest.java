package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-15")
class ThrottleTest {
    private final SignInFixture world = new SignInFixture();

    @Test
    void tenThousandAttemptsAtOneAccountFromManyPlacesGetThroughHardlyEver() {
        int through = 0;
        for (int i = 0; i < 10_000; i++) {
            through += gets("ada@example.com", "2001:db8:" + Integer.toHexString(i) + "::1") ? 1 : 0;
            world.clock.advance(Duration.ofSeconds(8));
        }
        // A day is 10,800 times eight seconds: 96 waits of a quarter of an hour, and the tries before.
        assertThat(through).isBetween(Throttle.FREE_PER_ACCOUNT, 120);
    }

    @Test
    void tenThousandAttemptsAtManyAccountsFromOnePlaceGetThroughHardlyEver() {
        int through = 0;
        for (int i = 0; i < 10_000; i++) {
            through += gets("user" + i + "@example.com", "192.0.2.7") ? 1 : 0;
            world.clock.advance(Duration.ofSeconds(8));
        }
        assertThat(through).isBetween(Throttle.FREE_PER_CLIENT, 150);
    }

    @Test
    void attemptsAtTheSameInstantDoNotSlipThrough() {
        AtomicInteger through = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                threads.execute(() -> {
                    if (gets("ada@example.com", "192.0.2.7")) {
                        through.incrementAndGet();
                    }
                });
            }
        }
        assertThat(through).hasValue(Throttle.FREE_PER_ACCOUNT + 1);
    }

    @Test
    void oneNetworkOfVersionSixIsOnePlace() {
        for (int i = 0; i <= Throttle.FREE_PER_CLIENT; i++) {
            gets("user" + i + "@example.com", "2001:db8::" + Integer.toHexString(i));
        }
        assertThat(gets("ada@example.com", "2001:db8::ffff")).isFalse();
        assertThat(gets("ada@example.com", "2001:db8:0:1::1")).isTrue();
    }

    @Test
    void theAnswerNamesTheWaitAndAfterItTheNextTryIsHeard() {
        for (int i = 0; i <= Throttle.FREE_PER_ACCOUNT; i++) {
            assertThat(gets("ada@example.com", "192.0.2.7")).isTrue();
        }
        assertThatThrownBy(() -> world.throttle.attempt("ADA@example.com ", "192.0.2.8"))
                .satisfies(failure -> {
                    Problem problem = ((ProblemException) failure).problem();
                    assertThat(problem.code()).isEqualTo(ErrorCode.TOO_MANY_ATTEMPTS);
                    world.clock.advance(Duration.ofSeconds(problem.retryAfterSeconds()));
                });
        assertThat(gets("ada@example.com", "192.0.2.8")).isTrue();
    }

    @Test
    void signingInStartsTheAccountsCountAnewButNotTheClients() {
        User user = world.user("ada");
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < Throttle.FREE_PER_ACCOUNT - 1; i++) {
                assertThat(gets(user.email(), "192.0.2.1")).isTrue();
            }
            assertThatCode(() -> world.signIn(user)).doesNotThrowAnyException();
        }
        int left = Throttle.FREE_PER_CLIENT - 3 * (Throttle.FREE_PER_ACCOUNT - 1);
        for (int i = 0; i <= left; i++) {
            assertThat(gets("other" + i + "@example.com", "192.0.2.1")).isTrue();
        }
        assertThat(gets("last@example.com", "192.0.2.1")).isFalse();
    }

    private boolean gets(String account, String client) {
        try {
            world.throttle.attempt(account, client);
            return true;
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ErrorCode.TOO_MANY_ATTEMPTS);
            return false;
        }
    }
}
