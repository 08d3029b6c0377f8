package ai.doubleword.batch;

import java.util.concurrent.TimeUnit;

/// How much of a model ends in a second, over the last ten to twenty minutes in which some ran: time in which nothing
/// did says nothing. Kept apart for the time in which as many ran as may, which tells how much the model takes and not
/// only how much was asked of it. Tokens are those that lines were expected to take, as everywhere before a line
/// has ended. Not thread-safe.
final class Pace {
    private Throughput ended = Throughput.NOTHING;
    private boolean busy;
    private boolean isFull;
    private long since;

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
        ended = ended.and(1, tokens, 0, isFull);
    }

    /// 0 until there is enough to tell by.
    double linesPerSecond(long now) {
        pass(now);
        return ended.any().linesPerSecond();
    }

    /// Of what waits: at what is taken when enough is asked for, where that is known, else at what was seen.
    double tokensPerSecond(long now) {
        Throughput.Measured measured = measured(now);
        return Math.max(measured.tokensPerSecond(), measured.fullTokensPerSecond());
    }

    Throughput.Measured measured(long now) {
        pass(now);
        return ended.measured();
    }

    private void pass(long now) {
        if (busy) {
            ended = ended.and(0, 0, (double) (now - since) / TimeUnit.SECONDS.toNanos(1), isFull);
        }
        since = now;
    }
}
