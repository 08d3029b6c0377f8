package ai.doubleword.providers;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The breakers of all targets, by the target's identity, beside the routing snapshots and longer-lived than them.
/// Thread-safe.
final class TargetStates {
    private final InstantSource clock;
    private final TargetMetrics metrics;
    private final ConcurrentHashMap<Long, MeteredTarget> targets = new ConcurrentHashMap<>();

    TargetStates(InstantSource clock, TargetMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
    }

    /// How many targets a provider has, and how many of them get no requests now.
    record Count(int all, int out) {
        static final Count NONE = new Count(0, 0);

        private Count plus(Breaker breaker) {
            return new Count(all + 1, out + (breaker.retryAfterMillis() > 0 ? 1 : 0));
        }
    }

    /// The one state of a target, with the cap that counts and the names that it has from now on.
    ///
    /// @param concurrency requests under way at once; 0 is unlimited
    TargetState state(Provider provider, Providers.TargetSettings settings, int concurrency) {
        MeteredTarget target = targets.computeIfAbsent(
                settings.id(),
                absent -> new MeteredTarget(new Breaker(clock, Breaker.Settings.of(concurrency)), provider.id()));
        target.breaker().configure(Breaker.Settings.of(concurrency));
        metrics.show(settings.id(), target, settings.model(), provider.name(), settings.upstreamModel());
        return target;
    }

    /// The breaker of a target that is in use.
    @Nullable
    Breaker breaker(long target) {
        MeteredTarget known = targets.get(target);
        return known == null ? null : known.breaker();
    }

    void forEachAt(long provider, Consumer<Breaker> action) {
        targets.values().stream()
                .filter(target -> target.provider() == provider)
                .forEach(target -> action.accept(target.breaker()));
    }

    /// The count of each provider that has targets, by the provider's id.
    Map<Long, Count> count() {
        Map<Long, Count> counts = new HashMap<>();
        targets.values()
                .forEach(target -> counts.put(
                        target.provider(),
                        counts.getOrDefault(target.provider(), Count.NONE).plus(target.breaker())));
        return counts;
    }

    /// Forgets a target that is gone for good.
    void forget(long target) {
        targets.remove(target);
        metrics.hide(target);
    }
}
