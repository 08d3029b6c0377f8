package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.batch.files.FileEstimates;
import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// What a file would cost within each window, and when it would be done. Blocks; thread-safe.
@Singleton
final class BatchQuotes {
    private final FileEstimates estimates;
    private final Tariffs tariffs;
    private final RoutingTable routing;
    private final Batches batches;
    private final Database database;
    private final Clock clock;

    BatchQuotes(
            FileEstimates estimates,
            Tariffs tariffs,
            RoutingTable routing,
            Batches batches,
            Database database,
            Clock clock) {
        this.estimates = estimates;
        this.tariffs = tariffs;
        this.routing = routing;
        this.batches = batches;
        this.database = database;
        this.clock = clock;
    }

    /// A file within several windows, the shortest first.
    @Schema(name = "BatchQuote")
    record Quote(
            String object,
            String fileId,
            long totalRequests,
            long totalEstimatedInputTokens,
            long totalEstimatedOutputTokens,
            List<Offer> windows) {}

    /// A file within one window.
    ///
    /// @param totalEstimatedCost dollars, as an exact decimal string
    /// @param estimatedFinishAt epoch seconds; the window's end where nothing was measured
    /// @param basis `measured` (at the engine's pace, behind all that waits), or `estimated`
    /// @param inTime whether that is within the window; null where nothing was measured
    /// @param deadline what a batch would be told that is ordered now: `promised`, `at_risk`, or `estimated`; null
    ///     for what has none
    /// @param earliestWindow of one at risk: the shortest usual window that it would be done in
    @Schema(name = "BatchQuoteWindow")
    record Offer(
            String completionWindow,
            String tier,
            String totalEstimatedCost,
            @Nullable Long estimatedFinishAt,
            String basis,
            @Nullable Boolean inTime,
            @Nullable String deadline,
            @Nullable String earliestWindow,
            List<FileEstimates.ModelCost> models) {
        /// When it would be done.
        public Optional<Instant> finish() {
            return Optional.ofNullable(estimatedFinishAt).map(Instant::ofEpochSecond);
        }

        /// Whether that is known to be later than its window.
        public boolean late() {
            return Boolean.FALSE.equals(inTime);
        }

        /// Whether a batch that is ordered now is promised to be done in time.
        public boolean promised() {
            return Deadline.PROMISED.wire().equals(deadline);
        }

        /// Whether a batch that is ordered now is known to be at risk.
        public boolean atRisk() {
            return Deadline.AT_RISK.wire().equals(deadline);
        }
    }

    /// The windows that all models of a file are sold in.
    List<CompletionWindow> windows(BatchFile file) {
        List<Model> models = file.models().stream()
                .map(lines -> routing.current().model(lines.model()))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        List<CompletionWindow> windows = new ArrayList<>();
        if (sold(models, Tier.BATCH)) {
            List<ModelTariff> prices = database.engine()
                    .withHandle(handle -> tariffs.inForceAndLater(
                            handle, models.stream().map(Model::id).toList()));
            Stream.concat(
                            Stream.of("1h", "24h"),
                            prices.stream()
                                    .filter(price -> price.tier() == Tier.BATCH
                                            && !price.tariff().validFrom().isAfter(clock.instant()))
                                    .map(ModelTariff::window)
                                    .filter(window ->
                                            !CompletionWindow.lengthOf(window).isZero()))
                    .distinct()
                    .map(CompletionWindow::parse)
                    .sorted(Comparator.comparing(window -> window.length().orElse(Duration.ZERO)))
                    .forEach(windows::add);
        }
        if (sold(models, Tier.BACKGROUND)) {
            windows.add(CompletionWindow.parse("background"));
        }
        return windows;
    }

    private static boolean sold(List<Model> models, Tier tier) {
        return models.stream().allMatch(model -> model.tariff(tier) != null);
    }

    Quote of(BatchFile file, List<CompletionWindow> windows) {
        OptionalDouble pace = seconds(file);
        Instant now = clock.instant();
        List<FileEstimates.Estimate> all =
                windows.stream().map(window -> estimates.of(file, window)).toList();
        List<Offer> offers = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            offers.add(offer(
                    windows.get(i), all.get(i), batches.outlook(file.account(), file, windows.get(i)), pace, now));
        }
        FileEstimates.Estimate any = all.isEmpty() ? estimates.of(file, CompletionWindow.parse("24h")) : all.getFirst();
        return new Quote(
                "batch.quote",
                Ids.format(BatchFile.PREFIX, file.id()),
                file.lines(),
                any.totalEstimatedInputTokens(),
                any.totalEstimatedOutputTokens(),
                offers);
    }

    private static Offer offer(
            CompletionWindow window,
            FileEstimates.Estimate estimate,
            Outlook outlook,
            OptionalDouble pace,
            Instant now) {
        OptionalDouble seconds = outlook.seconds().isPresent() ? outlook.seconds() : pace;
        Instant end = window.length().map(now::plus).orElse(null);
        Instant finish = seconds.isPresent() ? now.plusMillis((long) (seconds.getAsDouble() * 1_000)) : end;
        return new Offer(
                window.text(),
                window.tier().wire(),
                estimate.totalEstimatedCost(),
                finish == null ? null : (Long) finish.getEpochSecond(),
                seconds.isPresent() ? "measured" : "estimated",
                (seconds.isEmpty() || finish == null) ? null : (Boolean) (end == null || !finish.isAfter(end)),
                end == null ? null : outlook.deadline().wire(),
                outlook.earliestWindow(),
                estimate.models());
    }

    /// How long it would take, as if all that waits came first; nothing if a model's pace is not known.
    private OptionalDouble seconds(BatchFile file) {
        List<String> models = file.models().stream()
                .map(BatchFile.ModelLines::model)
                .distinct()
                .toList();
        Map<String, Long> waiting = database.engine().withHandle(handle -> ChunkStore.backlog(handle, models));
        double longest = 0;
        for (String model : models) {
            double pace = batches.pace(model);
            if (pace == 0) {
                return OptionalDouble.empty();
            }
            long own = file.models().stream()
                    .filter(lines -> lines.model().equals(model))
                    .mapToLong(BatchFile.ModelLines::lines)
                    .sum();
            longest = Math.max(longest, (own + waiting.getOrDefault(model, 0L)) / pace);
        }
        return OptionalDouble.of(longest);
    }
}
