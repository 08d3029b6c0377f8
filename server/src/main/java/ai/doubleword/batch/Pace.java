package ai.doubleword.batch;

import java.util.concurrent.TimeUnit;

/// How much of a model ends in a second, over the last ten to twenty minutes in which some ran: time in which nothing
/// did says nothing. Kept apart for the time in which as many ran as may, which tells how much the model takes and not
/// only how much was asked of it. Tokens are those that lines were expected to take, as everywhere before a line
/// has ended. Not thread-safe.
final class Pace {
    private static final double REMEMBERED_SECONDS = 1_200;
    private static final double LEAST_SECONDS = 1;
    private static final double LEAST_LINES = 10;

    private final Sum any = new Sum();
    private final Sum full = new Sum();
    private boolean busy;
    private boolean isFull;
    private long since;

    private static final class Sum {
        double lines;
        double tokens;
        double seconds;

        void ended(long more) {
            lines++;
            tokens += more;
        }

        void pass(double more) {
            seconds += more;
            if (seconds > REMEMBERED_SECONDS) {
                seconds /= 2;
                lines /= 2;
                tokens /= 2;
            }
        }

        double perSecond(double sum) {
            return lines < LEAST_LINES || seconds < LEAST_SECONDS ? 0 : sum / seconds;
        }
    }

    /// What was measured of a model.
    ///
    /// @param tokensPerSecond that ended; 0 until there is enough to tell by
    /// @param seconds over which it was measured
    /// @param fullTokensPerSecond that ended while as many ran as may
    /// @param fullSeconds over which that was measured
    record Measured(double tokensPerSecond, double seconds, double fullTokensPerSecond, double fullSeconds) {
        static final Measured NOTHING = new Measured(0, 0, 0, 0);
    }

    /// So many lines run from now on.
    ///
    /// @param all whether that is as many as may
    void running(int inFlight, boolean all, long now) {
        pass(now);
        busy = inFlight > 0;
        isFull = busy && all;
    }

    /// A line was answered that was expected to take so many tokens.
    void ended(long tokens) {
        any.ended(tokens);
        if (isFull) {
            full.ended(tokens);
        }
    }

    /// 0 until there is enough to tell by.
    double linesPerSecond(long now) {
        pass(now);
        return any.perSecond(any.lines);
    }

    /// Of what waits: at what is taken when enough is asked for, where that is known, else at what was seen.
    double tokensPerSecond(long now) {
        Measured measured = measured(now);
        return Math.max(measured.tokensPerSecond(), measured.fullTokensPerSecond());
    }

    Measured measured(long now) {
        pass(now);
        return new Measured(any.perSecond(any.tokens), any.seconds, full.perSecond(full.tokens), full.seconds);
    }

    private void pass(long now) {
        if (busy) {
            double seconds = (double) (now - since) / TimeUnit.SECONDS.toNanos(1);
            any.pass(seconds);
            if (isFull) {
                full.pass(seconds);
            }
        }
        since = now;
    }
}
