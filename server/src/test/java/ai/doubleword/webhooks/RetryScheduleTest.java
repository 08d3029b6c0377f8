package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The schedule for any pauses and any chance; each failure names its seed.
class RetryScheduleTest {
    @Test
    void aPauseIsAsPlannedOrUpToAFifthLonger() {
        forEachSeed((seed, random) -> {
            RetrySchedule schedule = new RetrySchedule(pauses(random), random);
            for (int failures = 1; failures <= schedule.pauses().size(); failures++) {
                Duration planned = schedule.pauses().get(failures - 1);
                assertThat(schedule.pause(failures, Duration.ZERO).orElseThrow())
                        .as("seed %d, failure %d", seed, failures)
                        .isBetween(planned, planned.plusMillis(planned.toMillis() / 5));
            }
        });
    }

    @Test
    void afterTheLastPauseItIsGivenUp() {
        forEachSeed((seed, random) -> {
            RetrySchedule schedule = new RetrySchedule(pauses(random), random);
            int most = schedule.pauses().size();
            assertThat(schedule.pause(most, Duration.ZERO)).as("seed %d", seed).isPresent();
            assertThat(schedule.pause(most + 1 + random.nextInt(1_000), Duration.ofDays(1)))
                    .as("seed %d", seed)
                    .isEmpty();
        });
    }

    @Test
    void aReceiverThatAsksForTimeGetsItButNotForEver() {
        forEachSeed((seed, random) -> {
            RetrySchedule schedule = new RetrySchedule(pauses(random), random);
            Duration asked = Duration.ofSeconds(random.nextInt(1, 1_000_000));
            Duration pause = schedule.pause(1, asked).orElseThrow();
            Duration granted = asked.compareTo(RetrySchedule.LONGEST_ASKED) > 0 ? RetrySchedule.LONGEST_ASKED : asked;
            Duration longest = schedule.pauses().getFirst().multipliedBy(6).dividedBy(5);
            assertThat(pause).as("seed %d", seed).isGreaterThanOrEqualTo(granted);
            assertThat(pause)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(longest.compareTo(granted) > 0 ? longest : granted);
        });
    }

    @Test
    void whatFailedTogetherDoesNotComeAgainTogether() {
        RetrySchedule schedule = new RetrySchedule(List.of(Duration.ofHours(1)), new SplittableRandom(3));
        Set<Duration> pauses = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            schedule.pause(1, Duration.ZERO).ifPresent(pauses::add);
        }
        assertThat(pauses).hasSizeGreaterThan(90);
    }

    @Test
    void theDefaultGoesOnForThreeDays() {
        RetrySchedule schedule = new RetrySchedule(WebhookFixture.config().pauses(), (RandomGenerator) () -> 0);
        Duration all = IntStream.rangeClosed(1, schedule.pauses().size())
                .mapToObj(failures -> schedule.pause(failures, Duration.ZERO))
                .flatMap(Optional::stream)
                .reduce(Duration.ZERO, Duration::plus);
        assertThat(all).isBetween(Duration.ofDays(3), Duration.ofDays(4));
        assertThat(schedule.pause(1, Duration.ZERO)).contains(Duration.ofSeconds(5));
    }

    private interface Check {
        void run(long seed, RandomGenerator random);
    }

    private static void forEachSeed(Check check) {
        for (long seed = 0; seed < 1_000; seed++) {
            check.run(seed, new SplittableRandom(seed));
        }
    }

    private static List<Duration> pauses(RandomGenerator random) {
        return random.longs(random.nextInt(1, 12), 1, Duration.ofDays(2).toMillis())
                .mapToObj(Duration::ofMillis)
                .toList();
    }
}
