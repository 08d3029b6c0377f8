package ai.doubleword.platform;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/// Lets through to `/metrics` only what `docs/metrics.md` promises: our own metrics, and the basics of the JVM and the
/// process. What libraries below us count of themselves changes with their versions and stays inside.
@Singleton
final class MetricNames {
    private static final List<String> PROMISED = List.of(
            "doubleword.",
            "jvm.memory.used",
            "jvm.memory.max",
            "jvm.gc.pause",
            "jvm.threads.live",
            "process.cpu.usage",
            "process.uptime",
            "process.files.open",
            "process.files.max");

    @Produces
    @Singleton
    MeterFilter promisedOnly() {
        return MeterFilter.denyUnless(MetricNames::isPromised);
    }

    private static boolean isPromised(Meter.Id id) {
        return PROMISED.stream().anyMatch(name -> id.getName().startsWith(name));
    }
}
