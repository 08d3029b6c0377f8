package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.NanoDollars;
import ai.doubleword.billing.Tariff;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Providers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// A model as the management API shows it. The first ten fields are what existing `dw` clients read.
///
/// @param id its UUID
/// @param modelName what its first provider calls it; the public name where the reader may not know
/// @param alias what customers write in `model`
/// @param description one paragraph, maybe empty
/// @param modelType `chat`, `embedding` or `rerank`
/// @param capabilities such as `tools`
/// @param requestsPerSecond of its requests-per-minute limit; 0 is unlimited
/// @param burstSize how many of them at once; 0 is unlimited
/// @param capacity requests under way at once; 0 is unlimited
/// @param batchCapacity of these for batches
/// @param hostedOn the provider it goes to first, for administrators
/// @param contextLength tokens of input and output together; 0 if unknown
/// @param maxOutput tokens it may produce at most; 0 if unknown
/// @param tiers in which it is sold
/// @param limits over all callers
/// @param prices in force now, and those that will be
/// @param policy `priority` or `weighted`, for administrators
/// @param targets where it runs, for administrators
/// @param groups who may see it, for administrators; empty means everyone
/// @param hidden whether customers neither see nor call it, for administrators
/// @param createdAt when it was added
@Schema(name = "DeployedModelResponse")
public record ModelView(
        String id,
        String modelName,
        String alias,
        String description,
        String modelType,
        List<String> capabilities,
        double requestsPerSecond,
        int burstSize,
        int capacity,
        int batchCapacity,
        Optional<String> hostedOn,
        int contextLength,
        int maxOutput,
        List<String> tiers,
        Rates limits,
        List<PriceView> prices,
        Optional<String> policy,
        Optional<List<TargetView>> targets,
        Optional<List<String>> groups,
        Optional<Boolean> hidden,
        Instant createdAt) {

    /// A place where the model runs.
    ///
    /// @param state its breaker and the requests under way, as the answering node sees it
    public record TargetView(
            String provider,
            String model,
            int weight,
            int priority,
            int concurrency,
            Optional<Providers.TargetCondition> state) {}

    /// One version of a price, in dollars per million tokens.
    public record PriceView(
            String tier,
            Optional<String> window,
            String input,
            String cacheRead,
            String cacheWrite5m,
            String cacheWrite1h,
            String output,
            String reasoning,
            String audioInput,
            String audioOutput,
            String images,
            boolean derived,
            Instant validFrom) {
        static PriceView of(ModelTariff price) {
            Tariff tariff = price.tariff();
            return new PriceView(
                    price.tier().wire(),
                    price.window().isEmpty() ? Optional.empty() : Optional.of(price.window()),
                    dollars(tariff.input()),
                    dollars(tariff.cacheRead()),
                    dollars(tariff.cacheWrite5m()),
                    dollars(tariff.cacheWrite1h()),
                    dollars(tariff.output()),
                    dollars(tariff.reasoning()),
                    dollars(tariff.audioInput()),
                    dollars(tariff.audioOutput()),
                    dollars(tariff.images()),
                    price.derived(),
                    tariff.validFrom());
        }

        private static String dollars(long nanos) {
            return new NanoDollars(nanos).toDollars();
        }
    }

    /// @param administrator whether the reader may see where it runs
    static ModelView of(ModelEntry model, List<ModelTariff> prices, boolean administrator, Providers providers) {
        Optional<ModelEntry.TargetEntry> first =
                administrator ? model.targets().stream().findFirst() : Optional.empty();
        Rates rates = model.rates();
        return new ModelView(
                model.uuid().toString(),
                first.map(ModelEntry.TargetEntry::upstreamModel).orElse(model.name()),
                model.name(),
                model.description(),
                model.type().wire(),
                model.capabilities(),
                rates.requestsPerMinute() / 60.0,
                rates.requestsPerMinute(),
                rates.concurrentRequests(),
                0,
                first.map(ModelEntry.TargetEntry::providerName),
                model.contextLength(),
                model.maxOutput(),
                model.tiers().stream().map(Tier::wire).toList(),
                rates,
                prices.stream().map(PriceView::of).toList(),
                administrator
                        ? Optional.of(model.policy().name().toLowerCase(java.util.Locale.ROOT))
                        : Optional.empty(),
                administrator
                        ? Optional.of(model.targets().stream()
                                .map(target -> target(target, providers.condition(target.id())))
                                .toList())
                        : Optional.empty(),
                administrator ? Optional.of(List.copyOf(model.groups().keySet())) : Optional.empty(),
                administrator ? Optional.of(model.hidden()) : Optional.empty(),
                model.created());
    }

    private static TargetView target(ModelEntry.TargetEntry target, Optional<Providers.TargetCondition> state) {
        return new TargetView(
                target.providerName(),
                target.upstreamModel(),
                target.weight(),
                target.priority(),
                target.concurrency(),
                state);
    }
}
