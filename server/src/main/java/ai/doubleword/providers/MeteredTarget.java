package ai.doubleword.providers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// A target's breaker, and what went through it since this node started. Three striped counters a request, no lock and
/// no allocation. Thread-safe.
final class MeteredTarget implements TargetState {
    private final Breaker breaker;
    private final long provider;
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder usable = new LongAdder();
    private final LongAdder usableNanos = new LongAdder();

    /// @param provider id of the provider it is at
    MeteredTarget(Breaker breaker, long provider) {
        this.breaker = breaker;
        this.provider = provider;
    }

    @Override
    public boolean tryAcquire() {
        return counted(breaker.tryAcquire());
    }

    @Override
    public boolean tryAcquireSpare() {
        return counted(breaker.tryAcquireSpare());
    }

    private boolean counted(boolean acquired) {
        if (acquired) {
            requests.increment();
        }
        return acquired;
    }

    @Override
    public void succeeded(long nanos) {
        usable.increment();
        usableNanos.add(nanos);
        breaker.succeeded();
    }

    @Override
    public void failed(long retryAfterMillis) {
        failures.increment();
        breaker.failed(retryAfterMillis);
    }

    @Override
    public void abandoned() {
        breaker.abandoned();
    }

    @Override
    public long retryAfterMillis() {
        return breaker.retryAfterMillis();
    }

    Breaker breaker() {
        return breaker;
    }

    long provider() {
        return provider;
    }

    /// Requests sent to it, tries again included.
    double requests() {
        return requests.sum();
    }

    /// Those that failed by its fault.
    double failures() {
        return failures.sum();
    }

    /// Those that got a whole, usable answer.
    long usable() {
        return usable.sum();
    }

    /// How long these took together.
    double usableSeconds() {
        return usableNanos.sum() / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
