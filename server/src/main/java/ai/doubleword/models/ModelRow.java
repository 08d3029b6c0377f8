package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariff;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.ModelMeasures.Measured;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A model as the catalogue and its card show it.
///
/// @param type `chat`, `embedding` or `rerank`
/// @param offers the prices in force, tier by tier
/// @param flex whether it is sold as flex, which the console calls Async
/// @param batches whether it is sold in batches
/// @param measured how it did lately, if it was called
/// @param providers where it runs, for administrators; empty for everybody else
public record ModelRow(
        String name,
        String type,
        String description,
        List<String> capabilities,
        long contextLength,
        long maxOutput,
        List<Offer> offers,
        boolean flex,
        boolean batches,
        Optional<Measured> measured,
        List<String> providers,
        Instant created) {

    /// A price in force.
    ///
    /// @param tier what it buys, in the word of the console
    /// @param derived whether it follows from the realtime price by a factor
    public record Offer(String tier, Tariff tariff, boolean derived) {
        static Offer of(ModelTariff price) {
            String name = switch (price.tier()) {
                case REALTIME -> "Realtime";
                case FLEX -> "Async";
                case BATCH -> "Batch, " + price.window();
                case BACKGROUND -> "Background";
            };
            return new Offer(name, price.tariff(), price.derived());
        }
    }

    /// The realtime price, if there is one.
    public Optional<Tariff> realtime() {
        return offers.stream()
                .filter(offer -> offer.tier().equals("Realtime"))
                .map(Offer::tariff)
                .findFirst();
    }

    static ModelRow of(
            ModelEntry model,
            List<ModelTariff> prices,
            Optional<Measured> measured,
            boolean administrator,
            Instant now) {
        List<Offer> offers = prices.stream()
                .filter(price -> !price.tariff().validFrom().isAfter(now))
                .filter(price -> model.tiers().contains(price.tier()))
                .sorted(java.util.Comparator.comparing((ModelTariff price) -> price.tier())
                        .thenComparing(ModelTariff::window))
                .map(Offer::of)
                .toList();
        return new ModelRow(
                model.name(),
                model.type().wire(),
                model.description(),
                model.capabilities(),
                model.contextLength(),
                model.maxOutput(),
                offers,
                model.tiers().contains(Tier.FLEX),
                model.tiers().contains(Tier.BATCH),
                measured,
                administrator
                        ? model.targets().stream()
                                .map(ModelEntry.TargetEntry::providerName)
                                .distinct()
                                .toList()
                        : List.of(),
                model.created());
    }
}
