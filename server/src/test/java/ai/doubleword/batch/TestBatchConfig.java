package ai.doubleword.batch;

import java.time.Duration;

/// How batches run in a test.
record TestBatchConfig(int concurrency, Duration poll, Duration patience, Duration keep, Duration retention)
        implements BatchConfig {
    /// With batches that are kept for a year.
    TestBatchConfig(int concurrency, Duration poll, Duration patience, Duration keep) {
        this(concurrency, poll, patience, keep, Duration.ofDays(365));
    }

    @Override
    public Admission admission() {
        return Admission.OPEN;
    }
}
