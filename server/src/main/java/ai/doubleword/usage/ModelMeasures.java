package ai.doubleword.usage;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// How fast and how reliable models were lately, from our own record of every request. Reads the rollups only.
/// Blocking,
/// thread-safe.
@Singleton
public final class ModelMeasures {
    /// How far back it looks.
    public static final Duration RANGE = Duration.ofDays(7);

    private final ModelMeasureStore store;
    private final Clock clock;

    ModelMeasures(ModelMeasureStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// What was measured of one model.
    ///
    /// @param requests how many calls it is drawn from
    /// @param available share of them that the model answered, of 1
    /// @param firstTokenMillis the median until the first token; empty if nothing streamed
    /// @param firstTokenMillis95 95 of 100 were faster
    /// @param tokensPerSecond output tokens for each second between first token and end; empty if nothing streamed
    public record Measured(
            long requests,
            double available,
            Optional<Double> firstTokenMillis,
            Optional<Double> firstTokenMillis95,
            Optional<Double> tokensPerSecond) {}

    /// The models that were called in the last seven days, by internal id.
    public Map<Long, Measured> lately() {
        Instant from = clock.instant().minus(RANGE);
        return store.measured(from);
    }
}
