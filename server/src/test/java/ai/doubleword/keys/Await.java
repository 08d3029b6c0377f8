package ai.doubleword.keys;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for what happens on another thread.
public final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Await() {}

    public static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not happen within " + LONGEST);
            }
            Thread.sleep(10);
        }
    }
}
