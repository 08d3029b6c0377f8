package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.batch.RetryPolicy.Verdict;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.usage.Cause;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private final RetryPolicy policy = new RetryPolicy(new SplittableRandom(1));

    @Test
    void anAnswerThatCostsIsNeverTriedAgain() {
        assertThat(policy.after(Cause.COMPLETED, null, 0, Duration.ZERO)).isInstanceOf(Verdict.Done.class);
        assertThat(policy.after(Cause.INCOMPLETE, null, 0, Duration.ZERO)).isInstanceOf(Verdict.Done.class);
    }

    @Test
    void whatIsWrongWithTheLineItselfFailsItAtOnce() {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.status() < 500 && code.status() != 429) {
                assertThat(policy.after(Cause.FAILED, Problem.of(code, "x"), 0, Duration.ZERO))
                        .as(code.code())
                        .isInstanceOf(Verdict.Failed.class);
            }
        }
    }

    @Test
    void aLineFailsWithItsSixthTry() {
        Problem broken = Problem.of(ErrorCode.UPSTREAM_ERROR, "x");
        int tries = 0;
        Duration wait = Duration.ZERO;
        while (policy.after(Cause.FAILED, broken, tries, wait) instanceof Verdict.Again again) {
            assertThat(again.counts()).isTrue();
            tries++;
            wait = again.pause();
        }
        assertThat(tries + 1).isEqualTo(RetryPolicy.MOST_TRIES);
    }

    @Test
    void aProviderWithoutRoomNeverFailsALine() {
        Problem full = Problem.retry(ErrorCode.NO_CAPACITY, "x", Duration.ofSeconds(1));
        assertThat(policy.after(Cause.FAILED, full, 100, Duration.ofSeconds(60)))
                .isInstanceOfSatisfying(
                        Verdict.Again.class, again -> assertThat(again.counts()).isFalse());
    }

    @Test
    void waitsGrowWithinBoundsAndAreNeverShorterThanAsked() {
        Property.holds(2_000, random -> {
            RetryPolicy seeded = new RetryPolicy(random);
            Duration last = Duration.ofMillis(random.nextLong(60_001));
            Duration asked = Duration.ofSeconds(random.nextLong(1, 300));
            Verdict plain = seeded.after(Cause.FAILED, Problem.of(ErrorCode.UPSTREAM_ERROR, "x"), 0, last);
            Verdict told = seeded.after(Cause.FAILED, Problem.retry(ErrorCode.NO_CAPACITY, "x", asked), 0, last);
            assertThat(((Verdict.Again) plain).pause()).isBetween(RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
            assertThat(((Verdict.Again) told).pause()).isGreaterThanOrEqualTo(asked);
        });
    }

    @Test
    void whatWasGivenUpIsNobodysFailure() {
        assertThat(policy.after(Cause.CLIENT_GONE, null, 0, Duration.ZERO)).isInstanceOf(Verdict.Dropped.class);
    }
}
