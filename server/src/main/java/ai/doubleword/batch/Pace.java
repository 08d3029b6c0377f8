package ai.doubleword.batch;

import java.util.concurrent.TimeUnit;

/// How many lines of a model end in a second, over the last ten to twenty minutes in which some ran: time in which none
/// did says nothing. Not thread-safe.
final class Pace {
    private static final double REMEMBERED_SECONDS = 1_200;
    private static final double LEAST_SECONDS = 1;
    private static final double LEAST_LINES = 10;

    private double lines;
    private double seconds;
    private boolean busy;
    private long since;

    /// So many lines run from now on.
    void running(int inFlight, long now) {
        if (busy) {
            pass(now);
        }
        busy = inFlight > 0;
        since = now;
    }

    /// A line was answered.
    void ended() {
        lines++;
    }

    /// 0 until there is enough to tell by.
    double linesPerSecond(long now) {
        if (busy) {
            pass(now);
        }
        return lines < LEAST_LINES || seconds < LEAST_SECONDS ? 0 : lines / seconds;
    }

    private void pass(long now) {
        seconds += (double) (now - since) / TimeUnit.SECONDS.toNanos(1);
        since = now;
        if (seconds > REMEMBERED_SECONDS) {
            seconds /= 2;
            lines /= 2;
        }
    }
}
