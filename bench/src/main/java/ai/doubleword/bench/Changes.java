package ai.doubleword.bench;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Changes a server's configuration at a steady rate until it is stopped.
final class Changes {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final @Nullable ScheduledFuture<?> running;
    private int number;

    /// @param perSecond 0 for none; only our own servers are changed, and only those with several models
    Changes(Candidate candidate, double perSecond) {
        if (perSecond > 0
                && candidate instanceof Doubleword server
                && server.models().size() > 1) {
            long period = (long) (1e9 / perSecond);
            running = timer.scheduleAtFixedRate(() -> server.change(number++), 0, period, TimeUnit.NANOSECONDS);
        } else {
            running = null;
        }
    }

    /// @throws IllegalStateException where a change failed
    void stop() {
        boolean failed = running != null && running.isDone();
        timer.shutdownNow();
        if (failed) {
            throw new IllegalStateException("the server refused a change of its configuration");
        }
    }
}
