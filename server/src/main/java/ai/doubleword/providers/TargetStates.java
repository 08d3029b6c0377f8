package ai.doubleword.providers;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// The breakers of all targets, by the target's identity, beside the routing snapshots and longer-lived than them.
/// Thread-safe.
final class TargetStates {
    private final InstantSource clock;
    private final ConcurrentHashMap<Long, Breaker> breakers = new ConcurrentHashMap<>();

    TargetStates(InstantSource clock) {
        this.clock = clock;
    }

    /// The one state of a target, with the cap that counts from now on.
    ///
    /// @param concurrency requests under way at once; 0 is unlimited
    Breaker state(long target, int concurrency) {
        Breaker breaker =
                breakers.computeIfAbsent(target, absent -> new Breaker(clock, Breaker.Settings.of(concurrency)));
        breaker.configure(Breaker.Settings.of(concurrency));
        return breaker;
    }

    void forEach(BiConsumer<Long, Breaker> action) {
        breakers.forEach(action);
    }

    /// Forgets a target that is gone for good.
    void forget(long target) {
        breakers.remove(target);
    }
}
