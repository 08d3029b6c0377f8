package ai.doubleword.batch;

import java.util.SplittableRandom;

/// Runs a property over many seeds; a failure names the seed that repeats it.
final class Property {
    private Property() {}

    @FunctionalInterface
    interface Check {
        void of(SplittableRandom random) throws Exception;
    }

    static void holds(int times, Check check) {
        for (int seed = 0; seed < times; seed++) {
            try {
                check.of(new SplittableRandom(seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
