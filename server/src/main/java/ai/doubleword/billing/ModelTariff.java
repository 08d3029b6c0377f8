package ai.doubleword.billing;

import ai.doubleword.platform.Tier;

/// One version of a model's price, and where it counts.
///
/// @param model internal id of the model
/// @param tier the tier it prices
/// @param window the completion window of a batch, such as `24h`; empty in other tiers
/// @param derived whether a factor filled it in from the realtime price
/// @param tariff the prices
public record ModelTariff(long model, Tier tier, String window, boolean derived, Tariff tariff) {
    /// Whether it prices the same thing as another version.
    public boolean sameSlot(ModelTariff other) {
        return model == other.model && tier == other.tier && window.equals(other.window);
    }
}
