package ai.doubleword.providers;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Shows each target's numbers as metrics by `{model,provider,upstream}`, for as long as the target exists. They
/// are read when they are asked for: requests know nothing of it. Thread-safe.
final class TargetMetrics {
    private final MeterRegistry registry;
    private final Map<Long, Shown> shown = new HashMap<>();
    private final Map<Tags, Long> owners = new HashMap<>();

    private record Shown(Tags tags, List<Meter> meters) {}

    TargetMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Shows a target under the names that it has now.
    synchronized void show(long id, MeteredTarget target, String model, String provider, String upstreamModel) {
        Tags tags = Tags.of("model", model, "provider", provider, "upstream", upstreamModel);
        Shown before = shown.get(id);
        if (before != null && before.tags().equals(tags)) {
            return;
        }
        hide(id);
        // A model that was removed and added again comes before its old target goes.
        Long owner = owners.get(tags);
        if (owner != null) {
            hide(owner);
        }
        shown.put(id, new Shown(tags, register(target, tags)));
        owners.put(tags, id);
    }

    /// A target is gone.
    synchronized void hide(long id) {
        Shown gone = shown.remove(id);
        if (gone != null) {
            gone.meters().forEach(registry::remove);
            owners.remove(gone.tags());
        }
    }

    private List<Meter> register(MeteredTarget target, Tags tags) {
        return List.of(
                FunctionCounter.builder("doubleword.target.requests", target, MeteredTarget::requests)
                        .description("Requests sent to a target, tries again included")
                        .tags(tags)
                        .register(registry),
                FunctionCounter.builder("doubleword.target.failures", target, MeteredTarget::failures)
                        .description("Requests that failed by the target's fault")
                        .tags(tags)
                        .register(registry),
                FunctionTimer.builder(
                                "doubleword.target.answer",
                                target,
                                MeteredTarget::usable,
                                MeteredTarget::usableSeconds,
                                TimeUnit.SECONDS)
                        .description("From sending a request to the end of its usable answer")
                        .tags(tags)
                        .register(registry),
                Gauge.builder(
                                "doubleword.target.running",
                                target,
                                one -> one.breaker().running())
                        .description("Requests under way at a target")
                        .tags(tags)
                        .register(registry),
                Gauge.builder(
                                "doubleword.target.breaker",
                                target,
                                one -> one.breaker().phaseNumber())
                        .description("0 closed, 1 open, 2 probing")
                        .tags(tags)
                        .register(registry));
    }
}
