package ai.doubleword.providers;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
    private static final long INTERVAL = 30_000;

    private final AtomicLong now = new AtomicLong(1_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TargetStates states = new TargetStates(clock, new TargetMetrics(registry));
    private final Queue<Runnable> started = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Long> askedAt = new ArrayList<>();
    private final HealthChecks checks = checks(Duration.ofMillis(INTERVAL));
    private int status = 200;
    private TargetState target = states.state(provider(7, 0).provider(), settings(1, "m"), 0);

    @BeforeEach
    void addProvider() {
        checks.know(provider(7, 0));
    }

    @Test
    void aProviderIsAskedOncePerIntervalGiveOrTakeATenth() {
        run(HealthChecks.AILING_MILLIS);
        assertThat(asked).as("the first time soon").hasSize(1);
        run(50 * INTERVAL);
        assertThat(askedAt).hasSizeBetween(45, 56);
        for (int i = 1; i < askedAt.size(); i++) {
            assertThat(askedAt.get(i) - askedAt.get(i - 1)).isBetween(INTERVAL * 9 / 10, INTERVAL * 11 / 10 + 1_000);
        }
        assertThat(checks.state(provider(7, 0).provider()).status()).isEqualTo("up");
    }

    @Test
    void aTargetThatFailsFiveChecksLeavesTheRotationAndAPassingCheckBringsItBack() {
        run(HealthChecks.AILING_MILLIS);
        status = 503;
        run(INTERVAL * 11 / 10 + 4 * (HealthChecks.AILING_MILLIS * 11 / 10 + 1_000));
        assertThat(asked).hasSizeGreaterThanOrEqualTo(6);
        assertThat(target.tryAcquire()).isFalse();
        ProviderState state = checks.state(provider(7, 0).provider());
        assertThat(state.status()).isEqualTo("down");
        assertThat(state.targetsOut()).isEqualTo(1);
        assertThat(state.detail()).contains("answered 503");

        status = 200;
        run(HealthChecks.AILING_MILLIS * 11 / 10 + 1_000);
        assertThat(checks.state(provider(7, 0).provider()).status()).isEqualTo("up");
        assertThat(target.tryAcquire()).isTrue();
    }

    @Test
    void aTargetWhoseRequestsSucceedStaysInRotationHoweverTheChecksGo() {
        status = 500;
        for (int i = 0; i < 20; i++) {
            run(HealthChecks.AILING_MILLIS);
            assertThat(target.tryAcquire()).isTrue();
            target.succeeded(1);
        }
        assertThat(asked).hasSizeGreaterThan(10);
    }

    @Test
    void aServerWithoutAListOfModelsOrThatHidesItIsAlive() {
        for (int answer : new int[] {401, 403, 404, 429}) {
            status = answer;
            run(INTERVAL * 2);
            assertThat(checks.state(provider(7, 0).provider()).status())
                    .as("%d", answer)
                    .isEqualTo("up");
        }
    }

    @Test
    void aSlowCheckIsNotStartedTwice() {
        now.addAndGet(INTERVAL);
        checks.tick();
        checks.tick();
        now.addAndGet(INTERVAL * 3);
        checks.tick();
        assertThat(started).hasSize(1);
    }

    @Test
    void whatIsKnownSurvivesAChangeOfTheCatalogueAndGoesWithTheProvider() {
        status = 503;
        run(INTERVAL * 3);
        assertThat(target.tryAcquire()).isFalse();

        checks.know(provider(7, 60_000));
        target = states.state(provider(7, 60_000).provider(), settings(1, "renamed"), 5);
        assertThat(checks.state(provider(7, 60_000).provider()).status()).isEqualTo("down");
        assertThat(target.retryAfterMillis() > 0 || !target.tryAcquire()).isTrue();
        assertThat(registry.get("doubleword.target.requests").meters()).hasSize(1);
        assertThat(registry.get("doubleword.target.requests")
                        .tag("model", "renamed")
                        .functionCounter())
                .isNotNull();

        checks.forget(7);
        states.forget(1);
        asked.clear();
        run(INTERVAL * 3);
        assertThat(asked).isEmpty();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void withoutAnIntervalOnlyProvidersThatFailedAreAsked() {
        HealthChecks onDemand = checks(Duration.ZERO);
        onDemand.know(provider(7, 0));
        run(onDemand, INTERVAL * 3);
        assertThat(asked).isEmpty();

        assertThat(target.tryAcquire()).isTrue();
        target.failed(20_000);
        run(onDemand, HealthChecks.AILING_MILLIS * 2);
        assertThat(asked).hasSizeGreaterThanOrEqualTo(1);
        assertThat(target.tryAcquire()).as("a passing check ends the wait").isTrue();
    }

    @Test
    void aProvidersOwnIntervalCounts() {
        checks.know(provider(7, 2_000));
        run(60_000);
        assertThat(asked).hasSizeBetween(20, 40);
    }

    @Test
    void aTargetCountsItsRequestsAndFailures() {
        for (int i = 0; i < 3; i++) {
            assertThat(target.tryAcquire()).isTrue();
        }
        target.succeeded(2_000_000_000L);
        target.failed(0);
        assertThat(registry.get("doubleword.target.requests").functionCounter().count())
                .isEqualTo(3);
        assertThat(registry.get("doubleword.target.failures").functionCounter().count())
                .isEqualTo(1);
        assertThat(registry.get("doubleword.target.running").gauge().value()).isEqualTo(1);
        assertThat(registry.get("doubleword.target.answer").functionTimer().count())
                .isEqualTo(1);
        assertThat(registry.get("doubleword.target.answer")
                        .functionTimer()
                        .totalTime(java.util.concurrent.TimeUnit.SECONDS))
                .isEqualTo(2);
    }

    private HealthChecks checks(Duration interval) {
        return new HealthChecks(this::answer, states, clock, new SplittableRandom(3), started::add, interval);
    }

    private int answer(ProviderStore.Row row) throws IOException {
        asked.add(row.provider().name());
        askedAt.add(now.get());
        return status;
    }

    private void run(long millis) {
        run(checks, millis);
    }

    /// Lets time pass, a tick each second.
    private void run(HealthChecks ticking, long millis) {
        for (long end = now.get() + millis; now.get() < end; ) {
            now.addAndGet(Math.min(1_000, end - now.get()));
            ticking.tick();
            for (Runnable check = started.poll(); check != null; check = started.poll()) {
                check.run();
            }
        }
    }

    private static Providers.TargetSettings settings(long id, String model) {
        return new Providers.TargetSettings(id, model, "up", 1, 0, 0);
    }

    private static ProviderStore.Row provider(long id, int healthIntervalMillis) {
        return new ProviderStore.Row(
                new Provider(
                        id,
                        "p",
                        ProviderKind.OPENAI_COMPATIBLE,
                        "http://p/v1",
                        false,
                        "",
                        new TreeMap<>(),
                        Provider.Timeouts.DEFAULT,
                        Target.Quirks.DEFAULT,
                        0,
                        "/models",
                        healthIntervalMillis,
                        Instant.EPOCH),
                "",
                "");
    }
}
