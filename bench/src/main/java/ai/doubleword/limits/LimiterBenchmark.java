package ai.doubleword.limits;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What each request pays for its limits: taken on three layers, settled on three.
// JMH calls the set-up before anything else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LimiterBenchmark {
    private static final Rates WIDE = new Rates(1_000_000_000, 1_000_000_000_000L, 1_000_000);

    /// Whether there are limits at all.
    @Param({"true", "false"})
    public boolean limited;

    private Limiter limiter;
    private Rates rates;
    private long family;

    @Setup
    public void make() {
        long origin = System.nanoTime();
        limiter = new Limiter(() -> System.nanoTime() - origin);
        rates = limited ? WIDE : Rates.UNLIMITED;
    }

    @Benchmark
    public Permit.Outcome takeAndSettle() {
        family = (family + 1) % 100_000;
        Permit permit = limiter.permit();
        Permit.Outcome outcome = limiter.acquire(permit, family, rates, 1, rates, 1, rates, 200, 100, 1);
        permit.settle(200 + 80, 80);
        return outcome;
    }
}
