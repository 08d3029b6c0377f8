package ai.doubleword.gateway;

import ai.doubleword.usage.Cause;
import ai.doubleword.usage.UsageRecord;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// The data plane's numbers: `doubleword_requests_total{endpoint,cause,status}`, `doubleword_request_seconds` and
/// `doubleword_first_token_seconds` by endpoint, `doubleword_tokens_total{direction}`, `doubleword_running_requests`,
/// `doubleword_body_budget_left_bytes`. Meters are made at their first use and found by index after that: a request
/// neither allocates nor looks anything up by name. What only counts is an adder that the registry reads when it is
/// asked, which spares each count the registry's own work. Thread-safe.
@Singleton
final class GatewayMetrics {
    private static final int STATUSES = 600;

    private final MeterRegistry registry;
    private final EnumMap<Dialect, Endpoint> endpoints = new EnumMap<>(Dialect.class);
    private final LongAdder input;
    private final LongAdder output;

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Dialect dialect : Dialect.values()) {
            endpoints.put(dialect, new Endpoint(dialect));
        }
        input = tokens("input");
        output = tokens("output");
    }

    /// Shows a number that is looked up when it is asked for.
    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /// A call ended, or was refused.
    void ended(Dialect dialect, UsageRecord usageRecord) {
        Endpoint endpoint = endpoint(dialect);
        endpoint.requests(usageRecord.cause(), usageRecord.status()).increment();
        endpoint.total.record(usageRecord.totalMicros(), TimeUnit.MICROSECONDS);
        if (usageRecord.firstTokenMicros() > 0) {
            endpoint.firstToken.record(usageRecord.firstTokenMicros(), TimeUnit.MICROSECONDS);
        }
        input.add(usageRecord.usage().totalInput());
        output.add(usageRecord.usage().totalOutput());
    }

    private Endpoint endpoint(Dialect dialect) {
        return Objects.requireNonNull(endpoints.get(dialect));
    }

    /// The meters of one endpoint.
    private final class Endpoint {
        private final Dialect dialect;
        private final Timer total;
        private final Timer firstToken;
        private final EnumMap<Cause, AtomicReferenceArray<LongAdder>> requests = new EnumMap<>(Cause.class);

        Endpoint(Dialect dialect) {
            this.dialect = dialect;
            total = timer("doubleword.request", "From the arrival of a request to the end of its answer");
            firstToken = timer("doubleword.first.token", "From the arrival of a request to the first byte of content");
            for (Cause cause : Cause.values()) {
                requests.put(cause, new AtomicReferenceArray<>(STATUSES));
            }
        }

        private Timer timer(String name, String description) {
            return Timer.builder(name)
                    .description(description)
                    .tag("endpoint", dialect.endpoint())
                    .register(registry);
        }

        LongAdder requests(Cause cause, int status) {
            int known = status >= 0 && status < STATUSES ? status : 0;
            AtomicReferenceArray<LongAdder> byStatus = Objects.requireNonNull(requests.get(cause));
            LongAdder counter = byStatus.get(known);
            if (counter == null) {
                counter = new LongAdder();
                if (!byStatus.compareAndSet(known, null, counter)) {
                    return Objects.requireNonNull(byStatus.get(known));
                }
                FunctionCounter.builder("doubleword.requests", counter, LongAdder::sum)
                        .description("Inference requests that ended")
                        .tag("endpoint", dialect.endpoint())
                        .tag("cause", cause.wire())
                        .tag("status", Integer.toString(known))
                        .register(registry);
            }
            return counter;
        }
    }

    private LongAdder tokens(String direction) {
        LongAdder sum = new LongAdder();
        FunctionCounter.builder("doubleword.tokens", sum, LongAdder::sum)
                .description("Tokens used by inference requests")
                .tag("direction", direction)
                .register(registry);
        return sum;
    }
}
