package ai.doubleword.batch;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.usage.Cause;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What becomes of a line after a try of it. Stateless but for its chance; thread-safe if that is.
///
/// A provider without room says nothing of the line, so such a try does not count: the line waits, as long as its
/// window lasts. An answer that costs is kept, whatever it is. Waits follow "decorrelated jitter": at random between
/// the
/// shortest and three times the last, so that lines that failed together do not come back together.
final class RetryPolicy {
    /// Tries of a line that count.
    static final int MOST_TRIES = 6;

    static final Duration SHORTEST_WAIT = Duration.ofMillis(500);
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final RandomGenerator random;

    RetryPolicy(RandomGenerator random) {
        this.random = random;
    }

    /// What to do.
    sealed interface Verdict {
        /// The answer is the line's result.
        record Done() implements Verdict {}

        /// The line failed for good.
        record Failed() implements Verdict {}

        /// Again after a pause.
        ///
        /// @param counts whether this try is one of those that a line has
        record Again(Duration pause, boolean counts) implements Verdict {}

        /// It was not the line's turn to end: the program stops, or the lease is lost.
        record Dropped() implements Verdict {}
    }

    /// @param tries that counted before this one
    /// @param lastWait before this try; zero for the first
    Verdict after(Cause cause, @Nullable Problem problem, int tries, Duration lastWait) {
        return switch (cause) {
            case COMPLETED, INCOMPLETE -> new Verdict.Done();
            case CLIENT_GONE -> new Verdict.Dropped();
            case FAILED, REFUSED, UPSTREAM_CUT -> {
                if (problem == null || !transientFailure(problem.code())) {
                    yield new Verdict.Failed();
                }
                boolean counts = problem.code() != ErrorCode.NO_CAPACITY;
                if (counts && tries + 1 >= MOST_TRIES) {
                    yield new Verdict.Failed();
                }
                Duration asked = problem.retryAfter();
                Duration wait = jittered(lastWait);
                yield new Verdict.Again(asked != null && asked.compareTo(wait) > 0 ? asked : wait, counts);
            }
        };
    }

    private Duration jittered(Duration lastWait) {
        long shortest = SHORTEST_WAIT.toMillis();
        long longest = Math.clamp(lastWait.toMillis() * 3, shortest + 1, LONGEST_WAIT.toMillis());
        return Duration.ofMillis(random.nextLong(shortest, longest + 1));
    }

    private static boolean transientFailure(ErrorCode code) {
        return switch (code) {
            case NO_CAPACITY, UPSTREAM_ERROR, UPSTREAM_TIMEOUT, UPSTREAM_DISCONNECTED, INTERNAL_ERROR -> true;
            default -> false;
        };
    }
}
