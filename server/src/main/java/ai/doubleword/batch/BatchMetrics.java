package ai.doubleword.batch;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// Shows how the engine keeps its deadlines. Read when it is asked for.
final class BatchMetrics {
    private BatchMetrics() {}

    static void show(BatchEngine engine, MeterRegistry registry) {
        orders(engine, registry, "estimated", counts -> counts.estimated());
        orders(engine, registry, "promised", counts -> counts.promised());
        orders(engine, registry, "at_risk", counts -> counts.atRisk());
        orders(engine, registry, "refused", counts -> counts.refused());
        Gauge.builder("doubleword.batch.late", engine, one -> one.standing().late())
                .description("Batches that their share of a model would not bring to their deadline")
                .register(registry);
        FunctionCounter.builder(
                        "doubleword.batch.rescued.lines",
                        engine,
                        one -> one.standing().rescued())
                .description("Lines that were begun out of turn because their batch was late")
                .register(registry);
        FunctionCounter.builder(
                        "doubleword.batch.hedged.lines",
                        engine,
                        one -> one.standing().hedged())
                .description("Slow lines near the end of their batch that were asked for once more")
                .register(registry);
    }

    private static void orders(
            BatchEngine engine, MeterRegistry registry, String deadline, ToDoubleFunction<Deadlines.Counts> count) {
        FunctionCounter.builder("doubleword.batch.orders", engine, one -> count.applyAsDouble(one.orders()))
                .description("Batches with a deadline that were ordered here, by how sure it was")
                .tag("deadline", deadline)
                .register(registry);
    }
}
