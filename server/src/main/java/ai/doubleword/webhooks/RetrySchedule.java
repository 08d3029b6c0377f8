package ai.doubleword.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When an event that did not arrive is sent again. Immutable; thread-safe as its randomness is.
///
/// @param pauses before the second attempt, the third, and so on
record RetrySchedule(List<Duration> pauses, RandomGenerator random) {
    /// A pause is up to this part longer by chance, so that what failed together does not come again together.
    static final double JITTER = 0.2;

    /// The longest wait that a receiver can ask for.
    static final Duration LONGEST_ASKED = Duration.ofHours(24);

    RetrySchedule {
        pauses = List.copyOf(pauses);
    }

    /// The pause after a number of failures in a row; nothing when it is given up.
    ///
    /// @param failures at least 1
    /// @param asked how long the receiver wants us to wait; zero for no wish
    Optional<Duration> pause(int failures, Duration asked) {
        if (failures > pauses.size()) {
            return Optional.empty();
        }
        Duration planned = pauses.get(failures - 1);
        Duration jittered = planned.plusMillis((long) (planned.toMillis() * JITTER * random.nextDouble()));
        Duration bounded = asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
        return Optional.of(jittered.compareTo(bounded) > 0 ? jittered : bounded);
    }
}
