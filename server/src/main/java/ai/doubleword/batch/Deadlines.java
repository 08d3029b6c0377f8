package ai.doubleword.batch;

import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Looks ahead: which deadlines can be promised. What was measured of a model is read from the database at most once a
/// second, and where that is enough what waits too; what is ordered here meanwhile is added. Blocks; thread-safe.
final class Deadlines {
    private static final long FRESH_MILLIS = 1_000;

    /// Windows that are named where the one that was asked for is too short.
    private static final List<String> USUAL = List.of(
            "15m", "30m", "1h", "2h", "3h", "4h", "6h", "8h", "12h", "18h", "24h", "36h", "2d", "3d", "4d", "5d", "6d",
            "7d");

    private final Backlog backlog;
    private final Speeds speeds;
    private final InstantSource clock;
    private final BatchConfig.Admission admission;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, Known> speedsKnown = new ConcurrentHashMap<>();
    private final LongAdder estimated = new LongAdder();
    private final LongAdder promised = new LongAdder();
    private final LongAdder atRisk = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /// What waits in the database.
    @FunctionalInterface
    interface Backlog {
        List<Due> of(String model);

        static Backlog in(Database database) {
            return model -> database.engine().withHandle(handle -> ChunkStore.due(handle, model));
        }
    }

    /// What was measured.
    @FunctionalInterface
    interface Speeds {
        Throughput.Measured of(String model);
    }

    private void count(Deadline deadline) {
        switch (deadline) {
            case ESTIMATED -> estimated.increment();
            case PROMISED -> promised.increment();
            case AT_RISK -> atRisk.increment();
        }
    }

    /// How many batches were ordered here with what outlook, and refused for it, since the start.
    record Counts(long estimated, long promised, long atRisk, long refused) {}

    Counts counts() {
        return new Counts(estimated.sum(), promised.sum(), atRisk.sum(), refused.sum());
    }

    private record Seen(long atMillis, List<Due> due) {}

    private record Known(long atMillis, Throughput.Measured measured) {}

    Deadlines(Backlog backlog, Speeds speeds, InstantSource clock, BatchConfig.Admission admission) {
        this.backlog = backlog;
        this.speeds = speeds;
        this.clock = clock;
        this.admission = admission;
    }

    /// What can be said of work that is ordered now.
    ///
    /// @param tokens that it is expected to take, by model
    Outlook of(long account, Map<String, Long> tokens, CompletionWindow window) {
        long now = clock.millis();
        List<Feasibility> models = new ArrayList<>();
        for (Map.Entry<String, Long> each : tokens.entrySet()) {
            Throughput.Measured measured = speed(each.getKey(), now);
            if (measured.seconds() < Feasibility.LEAST_MEASURED.toSeconds()) {
                return Outlook.UNKNOWN;
            }
            models.add(new Feasibility(measured, due(each.getKey(), now), account, each.getValue()));
        }
        if (models.isEmpty() || !models.stream().allMatch(Feasibility::known)) {
            return Outlook.UNKNOWN;
        }
        Duration length = window.length().orElse(null);
        long end = length == null ? Long.MAX_VALUE : now + length.toMillis();
        double seconds =
                models.stream().mapToDouble(model -> model.seconds(end)).max().orElseThrow();
        if (length == null) {
            return new Outlook(Deadline.ESTIMATED, null, OptionalDouble.of(seconds));
        }
        Deadline deadline = deadline(models, now, length);
        String earliest = deadline == Deadline.AT_RISK ? earliest(models, now, length) : null;
        return new Outlook(deadline, earliest, OptionalDouble.of(seconds));
    }

    /// Why a batch is not taken; nothing if it is.
    Optional<Problem> refusal(Outlook outlook, CompletionWindow window) {
        if (admission == BatchConfig.Admission.OPEN || outlook.deadline() != Deadline.AT_RISK) {
            return Optional.empty();
        }
        refused.increment();
        double late = outlook.seconds().orElse(0)
                - window.length().map(Duration::toSeconds).orElse(0L);
        String would = outlook.earliestWindow() == null
                ? "No window is long enough: split the file, or try again later."
                : "The earliest window that fits is " + outlook.earliestWindow() + ".";
        return Optional.of(new Problem(
                ErrorCode.DEADLINE_INFEASIBLE,
                "At the speed that was measured, behind what waits already, the file cannot be done within "
                        + window.text() + ". " + would,
                "completion_window",
                Duration.ofSeconds(Math.max(60, (long) late))));
    }

    /// A batch was ordered: whoever orders next has it before them.
    ///
    /// @param tokens that it is expected to take, by model
    void ordered(Batch batch, Map<String, Long> tokens) {
        Instant expires = batch.times().expires();
        long end = expires == null ? Long.MAX_VALUE : expires.toEpochMilli();
        batch.deadline().ifPresent(this::count);
        tokens.forEach((model, more) -> seen.computeIfPresent(model, (name, known) -> {
            List<Due> due = new ArrayList<>(known.due());
            due.add(new Due(batch.account(), end, more));
            return new Seen(known.atMillis(), due);
        }));
    }

    private Throughput.Measured speed(String model, long now) {
        Known known = speedsKnown.get(model);
        if (known == null || now - known.atMillis() >= FRESH_MILLIS) {
            known = new Known(now, speeds.of(model));
            speedsKnown.put(model, known);
        }
        return known.measured();
    }

    private List<Due> due(String model, long now) {
        Seen known = seen.get(model);
        if (known == null || now - known.atMillis() >= FRESH_MILLIS) {
            known = new Seen(now, backlog.of(model));
            seen.put(model, known);
        }
        return known.due();
    }

    private static Deadline deadline(List<Feasibility> models, long now, Duration window) {
        return models.stream().map(model -> model.deadline(now, window)).reduce(Deadline.PROMISED, Deadline::and);
    }

    private static @Nullable String earliest(List<Feasibility> models, long now, Duration than) {
        return USUAL.stream()
                .filter(window -> CompletionWindow.lengthOf(window).compareTo(than) > 0)
                .filter(window -> deadline(models, now, CompletionWindow.lengthOf(window)) == Deadline.PROMISED)
                .findFirst()
                .orElse(null);
    }
}
