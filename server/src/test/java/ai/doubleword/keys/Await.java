package ai.doubleword.keys;

import java.time.Duration;

/// Waits for what happens on another thread.
public final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Await() {}

    /// What is waited for.
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    public static <E extends Exception> void until(Condition<E> condition) throws E, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not happen within " + LONGEST);
            }
            Thread.sleep(10);
        }
    }
}
