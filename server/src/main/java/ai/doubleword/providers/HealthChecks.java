package ai.doubleword.providers;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Asks providers by themselves whether they are there, so that a dead one leaves the rotation before requests
/// find out, and one that is back is used at once.
///
/// A failed check counts at each of the provider's targets like a failed request: five in a row open their
/// breakers. A passed one lets the next request probe. Every check is one GET on a virtual thread of its own, one
/// at a time for each provider; times are spread by ±10 %, so that nodes and providers do not ask together. What
/// is known of a provider survives changes of the catalogue. Thread-safe.
final class HealthChecks {
    /// Between checks of a provider that is ill, in milliseconds; sooner if its own interval is shorter.
    static final long AILING_MILLIS = 5_000;

    private final Checker checker;
    private final TargetStates states;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Executor executor;
    private final Duration interval;
    private final ConcurrentHashMap<Long, Watch> watches = new ConcurrentHashMap<>();

    /// Makes one check.
    @FunctionalInterface
    interface Checker {
        /// @return the HTTP status
        int status(ProviderStore.Row provider) throws IOException, InterruptedException;
    }

    /// @param executor runs each check away from event loops; it may block
    /// @param interval for providers without one of their own; zero checks only those that failed
    HealthChecks(
            Checker checker,
            TargetStates states,
            InstantSource clock,
            RandomGenerator random,
            Executor executor,
            Duration interval) {
        this.checker = checker;
        this.states = states;
        this.clock = clock;
        this.random = random;
        this.executor = executor;
        this.interval = interval;
    }

    /// What a check saw.
    private record Seen(boolean reachable, Instant at, String detail) {}

    /// One provider with its settings in force. Guarded by itself.
    private static final class Watch {
        private ProviderStore.Row row;
        private long dueMillis;
        private long ailingDueMillis;
        private boolean running;
        private @Nullable Seen seen;

        Watch(ProviderStore.Row row, long firstMillis) {
            this.row = row;
            this.dueMillis = firstMillis;
            this.ailingDueMillis = firstMillis;
        }

        synchronized ProviderStore.Row row() {
            return row;
        }

        synchronized void change(ProviderStore.Row changed, long soonMillis) {
            if (!row.equals(changed)) {
                row = changed;
                dueMillis = soonMillis;
            }
        }

        synchronized @Nullable Seen seen() {
            return seen;
        }

        synchronized boolean begin(long now, boolean regular, boolean out) {
            boolean ailing = out || (seen != null && !seen.reachable());
            boolean due = (regular && now >= dueMillis) || (ailing && now >= ailingDueMillis);
            if (running || !due) {
                return false;
            }
            running = true;
            return true;
        }

        synchronized void end(Seen saw, long nextMillis, long nextAilingMillis) {
            seen = saw;
            running = false;
            dueMillis = nextMillis;
            ailingDueMillis = nextAilingMillis;
        }
    }

    /// A provider is there, with these settings. What was seen of it before still counts.
    void know(ProviderStore.Row row) {
        if (row.provider().kind() == ProviderKind.OPENAI_COMPATIBLE) {
            long first = clock.millis() + random.nextLong(soon(row));
            watches.computeIfAbsent(row.provider().id(), id -> new Watch(row, first))
                    .change(row, first);
        }
    }

    /// A provider is gone.
    void forget(long provider) {
        watches.remove(provider);
    }

    /// Starts the checks that are due. Does not wait for them.
    void tick() {
        Map<Long, TargetStates.Count> counts = states.count();
        long now = clock.millis();
        watches.forEach((provider, watch) -> {
            TargetStates.Count count = counts.getOrDefault(provider, TargetStates.Count.NONE);
            if (watch.begin(now, usual(watch.row()) > 0, count.out() > 0)) {
                executor.execute(() -> check(watch));
            }
        });
    }

    private void check(Watch watch) {
        ProviderStore.Row row = watch.row();
        Seen seen;
        try {
            int status = checker.status(row);
            // Anything else shows that it is alive: some have no list of models, or do not show it to our key.
            seen = new Seen(status < 500, clock.instant(), "answered " + status);
        } catch (IOException e) {
            seen = new Seen(false, clock.instant(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            seen = new Seen(false, clock.instant(), "the check was broken off");
        } catch (RuntimeException e) {
            seen = new Seen(false, clock.instant(), "the check failed: " + e);
        }
        long now = clock.millis();
        watch.end(seen, now + spread(usual(row)), now + spread(soon(row)));
        states.forEachAt(
                row.provider().id(),
                seen.reachable() ? Breaker::reachable : breaker -> breaker.unreachable(2 * AILING_MILLIS));
    }

    /// How a provider is.
    ProviderState state(Provider provider) {
        TargetStates.Count count = states.count().getOrDefault(provider.id(), TargetStates.Count.NONE);
        Watch watch = watches.get(provider.id());
        Seen seen = watch == null ? null : watch.seen();
        String status;
        if ((seen != null && !seen.reachable()) || (count.all() > 0 && count.out() == count.all())) {
            status = "down";
        } else if (count.out() > 0) {
            status = "degraded";
        } else {
            status = seen != null || provider.kind() != ProviderKind.OPENAI_COMPATIBLE ? "up" : "unknown";
        }
        return new ProviderState(
                status,
                count.all(),
                count.out(),
                Optional.ofNullable(seen).map(Seen::at),
                Optional.ofNullable(seen).map(Seen::detail));
    }

    private long usual(ProviderStore.Row row) {
        int own = row.provider().healthIntervalMillis();
        return own > 0 ? own : interval.toMillis();
    }

    private long soon(ProviderStore.Row row) {
        long usual = usual(row);
        return usual == 0 ? AILING_MILLIS : Math.min(usual, AILING_MILLIS);
    }

    private long spread(long millis) {
        return millis * 9 / 10 + random.nextLong(millis / 5 + 1);
    }
}
