package ai.doubleword.batch.files;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.NanoDollars;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.usage.TokenUsage;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// What a file would cost as a batch: its input by estimate, its output by the maximum that each line names. Blocks;
/// thread-safe.
@Singleton
public final class FileEstimates {
    /// What a line produces that names no maximum, where its model produces no less.
    static final long USUAL_OUTPUT = 1_024;

    private final Database database;
    private final Tariffs tariffs;
    private final RoutingTable routing;
    private final Clock clock;

    FileEstimates(Database database, Tariffs tariffs, RoutingTable routing, Clock clock) {
        this.database = database;
        this.tariffs = tariffs;
        this.routing = routing;
        this.clock = clock;
    }

    /// What all lines take and cost.
    ///
    /// @param totalEstimatedCost dollars, as an exact decimal string
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "FileCostEstimate")
    public record Estimate(
            @Schema(required = true) String fileId,
            @Schema(required = true) long totalRequests,
            @Schema(required = true) long totalEstimatedInputTokens,
            @Schema(required = true) long totalEstimatedOutputTokens,
            @Schema(required = true) String totalEstimatedCost,
            @Schema(required = true) List<ModelCost> models) {}

    /// The lines of one model.
    ///
    /// @param estimatedCost dollars, as an exact decimal string
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "ModelCostBreakdown")
    public record ModelCost(
            @Schema(required = true) String model,
            @Schema(required = true) long requestCount,
            @Schema(required = true) long estimatedInputTokens,
            @Schema(required = true) long estimatedOutputTokens,
            @Schema(required = true) String estimatedCost) {}

    private record Sums(long lines, long input, long output) {
        Sums plus(Sums other) {
            return new Sums(lines + other.lines, input + other.input, output + other.output);
        }
    }

    /// The estimate for a window.
    public Estimate of(BatchFile file, CompletionWindow window) {
        Map<String, Sums> byModel = new LinkedHashMap<>();
        for (BatchFile.ModelLines lines : file.models()) {
            byModel.merge(lines.model(), new Sums(lines.lines(), lines.inputTokens(), output(lines)), Sums::plus);
        }
        List<ModelCost> models = byModel.entrySet().stream()
                .map(entry -> cost(entry.getKey(), entry.getValue(), window))
                .toList();
        NanoDollars total = models.stream()
                .map(model -> NanoDollars.ofDollars(model.estimatedCost()))
                .reduce(NanoDollars.ZERO, NanoDollars::plus);
        return new Estimate(
                Ids.format(BatchFile.PREFIX, file.id()),
                file.lines(),
                models.stream().mapToLong(ModelCost::estimatedInputTokens).sum(),
                models.stream().mapToLong(ModelCost::estimatedOutputTokens).sum(),
                total.toDollars(),
                models);
    }

    private long output(BatchFile.ModelLines lines) {
        if (lines.endpoint().equals(LineEndpoint.EMBEDDINGS.url())) {
            return 0;
        }
        Model model = routing.current().model(lines.model());
        long most = model == null || model.maxOutput() == 0 ? USUAL_OUTPUT : model.maxOutput();
        return lines.outputTokens() + lines.unboundedLines() * Math.min(USUAL_OUTPUT, most);
    }

    /// A model that is gone costs nothing: its lines will fail.
    private ModelCost cost(String name, Sums sums, CompletionWindow window) {
        Model model = routing.current().model(name);
        NanoDollars cost = NanoDollars.ZERO;
        if (model != null) {
            List<ModelTariff> prices =
                    database.engine().withHandle(handle -> tariffs.inForceAndLater(handle, List.of(model.id())));
            cost = BatchPrice.choose(prices, window, clock.instant())
                    .cost(new TokenUsage(sums.input(), 0, 0, 0, sums.output(), 0, 0, 0, 0, true));
        }
        return new ModelCost(name, sums.lines(), sums.input(), sums.output(), cost.toDollars());
    }
}
