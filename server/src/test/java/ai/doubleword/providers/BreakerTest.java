package ai.doubleword.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final Breaker.Settings settings =
            new Breaker.Settings(0, 3, Duration.ofMillis(500), Duration.ofSeconds(30));
    private final Breaker breaker = new Breaker(() -> Instant.ofEpochMilli(now.get()), settings);

    @Test
    void itOpensAfterFailuresInARowAndLetsOneProbeThrough() {
        failures(3);
        assertThat(breaker.tryAcquire()).isFalse();
        assertThat(breaker.retryAfterMillis()).isEqualTo(500);

        now.addAndGet(500);
        assertThat(breaker.tryAcquire()).isTrue();
        assertThat(breaker.tryAcquire()).as("only one probe").isFalse();
        breaker.succeeded();
        assertThat(breaker.tryAcquire()).isTrue();
        assertThat(breaker.tryAcquire()).isTrue();
    }

    @Test
    void workThatCanWaitLeavesSlotsToWhoCannot() {
        breaker.configure(new Breaker.Settings(8, 3, Duration.ofMillis(500), Duration.ofSeconds(30)));
        for (int i = 0; i < 7; i++) {
            assertThat(breaker.tryAcquireSpare()).isTrue();
        }
        assertThat(breaker.tryAcquireSpare()).isFalse();
        assertThat(breaker.tryAcquire()).isTrue();
        assertThat(breaker.tryAcquire()).as("the cap holds for both").isFalse();

        breaker.configure(new Breaker.Settings(1, 3, Duration.ofMillis(500), Duration.ofSeconds(30)));
        for (int i = 0; i < 8; i++) {
            breaker.succeeded();
        }
        assertThat(breaker.tryAcquireSpare()).as("one slot is anybody's").isTrue();
    }

    @Test
    void aSuccessBetweenFailuresKeepsItClosed() {
        for (int i = 0; i < 10; i++) {
            failures(2);
            assertThat(breaker.tryAcquire()).isTrue();
            breaker.succeeded();
        }
        assertThat(breaker.phaseName()).isEqualTo("closed");
    }

    @Test
    void eachFailedProbeDoublesTheWaitUpToTheLongest() {
        failures(3);
        long expected = 500;
        for (int round = 0; round < 12; round++) {
            assertThat(breaker.retryAfterMillis()).isEqualTo(expected);
            now.addAndGet(expected);
            assertThat(breaker.tryAcquire()).isTrue();
            breaker.failed(0);
            expected = Math.min(30_000, expected * 2);
        }
    }

    @Test
    void retryAfterIsHonouredFromTheFirstFailureButNotForEver() {
        assertThat(breaker.tryAcquire()).isTrue();
        breaker.failed(7_000);
        assertThat(breaker.retryAfterMillis()).isEqualTo(7_000);
        now.addAndGet(7_000);
        assertThat(breaker.tryAcquire()).isTrue();
        breaker.failed(Duration.ofDays(1).toMillis());
        assertThat(breaker.retryAfterMillis()).isEqualTo(30_000);
    }

    @Test
    void anAbandonedProbeLetsTheNextOneGo() {
        failures(3);
        now.addAndGet(500);
        assertThat(breaker.tryAcquire()).isTrue();
        breaker.abandoned();
        assertThat(breaker.tryAcquire()).isTrue();
        breaker.succeeded();
        assertThat(breaker.phaseName()).isEqualTo("closed");
    }

    @Test
    void anAbandonedProbeBesideALongStreamIsReplacedInTime() {
        assertThat(breaker.tryAcquire()).as("the long stream").isTrue();
        failures(3);
        now.addAndGet(500);
        assertThat(breaker.tryAcquire()).isTrue();
        breaker.abandoned();
        assertThat(breaker.tryAcquire()).isFalse();
        now.addAndGet(30_000);
        assertThat(breaker.tryAcquire()).isTrue();
    }

    @Test
    void aHealthCheckThatPassesEndsTheWait() {
        failures(3);
        breaker.reachable();
        assertThat(breaker.retryAfterMillis()).isZero();
        assertThat(breaker.tryAcquire()).isTrue();
    }

    @Test
    void healthChecksThatFailOpenIt() {
        for (int i = 0; i < 3; i++) {
            breaker.unreachable(10_000);
        }
        assertThat(breaker.tryAcquire()).isFalse();
        assertThat(breaker.running()).isZero();
    }

    @Test
    void healthChecksThatGoOnFailingKeepItOpenUntilOnePasses() {
        for (int i = 0; i < 20; i++) {
            breaker.unreachable(10_000);
            now.addAndGet(5_000);
        }
        assertThat(breaker.tryAcquire()).isFalse();
        assertThat(breaker.retryAfterMillis()).isEqualTo(5_000);

        breaker.reachable();
        assertThat(breaker.retryAfterMillis()).isZero();
        assertThat(breaker.tryAcquire()).isTrue();
        breaker.unreachable(10_000);
        breaker.succeeded();
        assertThat(breaker.phaseName()).as("the probe decides").isEqualTo("closed");
    }

    @Test
    void theCapHoldsUnderConcurrencyAndNoSlotIsLost() throws InterruptedException {
        breaker.configure(new Breaker.Settings(4, 3, Duration.ofMillis(500), Duration.ofSeconds(30)));
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        long seed = System.nanoTime();
        CountDownLatch done = new CountDownLatch(8);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int t = 0; t < 8; t++) {
                RandomGenerator random =
                        RandomGeneratorFactory.of("L64X128MixRandom").create(seed + t);
                threads.execute(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        if (breaker.tryAcquire()) {
                            most.accumulateAndGet(held.incrementAndGet(), Math::max);
                            held.decrementAndGet();
                            switch (random.nextInt(20)) {
                                case 0 -> breaker.failed(0);
                                case 1 -> breaker.abandoned();
                                default -> breaker.succeeded();
                            }
                        } else {
                            now.addAndGet(random.nextInt(100));
                        }
                    }
                    done.countDown();
                });
            }
            done.await();
        }
        assertThat(most.get()).as("seed " + seed).isLessThanOrEqualTo(4);
        assertThat(breaker.running()).as("seed " + seed).isZero();
        now.addAndGet(60_000);
        assertThat(breaker.tryAcquire()).as("seed " + seed + ": never stuck").isTrue();
    }

    private void failures(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(breaker.tryAcquire()).isTrue();
            breaker.failed(0);
        }
    }
}
