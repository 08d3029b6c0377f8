package ai.doubleword.providers;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A circuit breaker with a cap on concurrency, in front of one target.
///
/// *Closed* lets everything through; [Settings#threshold] failures in a row, or one with a `Retry-After`, open it.
/// *Open* lets nothing through until its time is over; the time doubles with each failed probe, from
/// [Settings#firstOpen] to [Settings#longestOpen]. Then it is *probing*: one request goes through and decides.
///
/// Thread-safe and lock-free: one reference to an immutable phase, changed by compare-and-set, and one counter. A
/// success while closed writes the counter only, so the hot path allocates nothing.
final class Breaker {
    private static final Phase HEALTHY = new Closed(0);

    private final InstantSource clock;
    private final AtomicReference<Phase> phase = new AtomicReference<>(HEALTHY);
    private final AtomicInteger running = new AtomicInteger();
    private volatile Settings settings;

    Breaker(InstantSource clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /// What an operator sets; may change while requests run.
    ///
    /// @param concurrency requests under way at once; 0 is unlimited
    /// @param threshold failures in a row that open the breaker
    /// @param firstOpen how long it is open the first time
    /// @param longestOpen what doubling ends at, and the longest `Retry-After` believed
    record Settings(int concurrency, int threshold, Duration firstOpen, Duration longestOpen) {
        static Settings of(int concurrency) {
            return new Settings(concurrency, 5, Duration.ofMillis(500), Duration.ofSeconds(30));
        }
    }

    private sealed interface Phase {}

    private record Closed(int failures) implements Phase {}

    /// @param untilMillis epoch milliseconds from when one probe may go
    /// @param rounds how often it was opened in a row, from 1
    private record Open(long untilMillis, int rounds) implements Phase {}

    /// @param sinceMillis epoch milliseconds when the probe left
    private record Probing(int rounds, long sinceMillis) implements Phase {}

    void configure(Settings changed) {
        settings = changed;
    }

    /// Whether a request may go; if so it holds a slot until one of the calls below.
    boolean tryAcquire() {
        return tryAcquire(settings.concurrency());
    }

    /// The same for work that can wait: an eighth of the slots, at least one of several, is left to who cannot.
    boolean tryAcquireSpare() {
        int cap = settings.concurrency();
        return tryAcquire(cap < 2 ? cap : cap - Math.max(1, cap / 8));
    }

    private boolean tryAcquire(int cap) {
        int others = running.getAndIncrement();
        if ((cap == 0 || others < cap) && letThrough(others)) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    private boolean letThrough(int others) {
        Phase now = phase.get();
        return switch (now) {
            case Closed closed -> true;
            case Open open -> clock.millis() >= open.untilMillis() && probe(now, open.rounds());
            // A probe whose client went away tells nothing, and slots do not say whose they are: with nobody under way
            // it is surely gone, and after the longest wait it is taken for gone.
            case Probing probing ->
                (others == 0
                                || clock.millis() - probing.sinceMillis()
                                        >= settings.longestOpen().toMillis())
                        && probe(now, probing.rounds());
        };
    }

    private boolean probe(Phase now, int rounds) {
        return phase.compareAndSet(now, new Probing(rounds, clock.millis()));
    }

    /// The request got a usable answer.
    void succeeded() {
        running.decrementAndGet();
        Phase now = phase.get();
        if (!healthy(now) && !(now instanceof Open)) {
            // Losing the race means that a failure came in between; the next success tells.
            phase.compareAndSet(now, HEALTHY);
        }
    }

    /// The request failed by the target's fault.
    void failed(long retryAfterMillis) {
        running.decrementAndGet();
        Settings set = settings;
        Phase now;
        Phase next;
        do {
            now = phase.get();
            next = switch (now) {
                case Closed closed ->
                    retryAfterMillis > 0 || closed.failures() + 1 >= set.threshold()
                            ? open(1, retryAfterMillis, set)
                            : new Closed(closed.failures() + 1);
                case Probing probing -> open(probing.rounds() + 1, retryAfterMillis, set);
                // One that left before it opened: it says nothing new, unless how long to wait.
                case Open open -> {
                    long until = clock.millis()
                            + Math.min(retryAfterMillis, set.longestOpen().toMillis());
                    yield retryAfterMillis > 0 && until > open.untilMillis() ? new Open(until, open.rounds()) : open;
                }
            };
        } while (!phase.compareAndSet(now, next));
    }

    private Open open(int rounds, long retryAfterMillis, Settings set) {
        long longest = set.longestOpen().toMillis();
        long doubled = set.firstOpen().toMillis() << Math.min(rounds - 1, 20);
        long wait = Math.min(longest, Math.max(doubled, retryAfterMillis));
        return new Open(clock.millis() + wait, rounds);
    }

    /// The request tells nothing.
    void abandoned() {
        running.decrementAndGet();
    }

    /// Milliseconds until a try makes sense; 0 if now.
    long retryAfterMillis() {
        return switch (phase.get()) {
            case Closed closed -> 0;
            case Open open -> Math.max(0, open.untilMillis() - clock.millis());
            case Probing probing -> settings.firstOpen().toMillis();
        };
    }

    /// A health check reached the target: if the breaker is open, the next request may probe at once.
    void reachable() {
        if (phase.get() instanceof Open open) {
            phase.compareAndSet(open, new Open(Math.min(open.untilMillis(), clock.millis()), open.rounds()));
        }
    }

    /// A health check did not reach the target: counts as a failed request that held no slot. While it is open, it
    /// stays so until the next check could tell; a probe under way still decides.
    ///
    /// @param nextMillis until the next check is over
    void unreachable(long nextMillis) {
        Settings set = settings;
        Phase now;
        Phase next;
        do {
            now = phase.get();
            next = switch (now) {
                case Closed closed ->
                    closed.failures() + 1 >= set.threshold()
                            ? open(1, nextMillis, set)
                            : new Closed(closed.failures() + 1);
                case Open open -> {
                    Open longer = open(open.rounds(), nextMillis, set);
                    yield longer.untilMillis() > open.untilMillis() ? longer : open;
                }
                case Probing probing -> probing;
            };
        } while (!phase.compareAndSet(now, next));
    }

    private static boolean healthy(Phase phase) {
        return phase instanceof Closed closed && closed.failures() == 0;
    }

    /// For metrics: 0 closed, 1 open, 2 probing.
    int phaseNumber() {
        return switch (phase.get()) {
            case Closed closed -> 0;
            case Open open -> 1;
            case Probing probing -> 2;
        };
    }

    /// For people: `closed`, `open` or `probing`.
    String phaseName() {
        return switch (phase.get()) {
            case Closed closed -> "closed";
            case Open open -> "open";
            case Probing probing -> "probing";
        };
    }

    /// Requests under way.
    int running() {
        return running.get();
    }
}
