package ai.doubleword.gateway;

import ai.doubleword.billing.Tariff;
import ai.doubleword.platform.Tier;

/// What was agreed on when work was accepted that runs later: a line of a batch. Its key's rates do not bound it (fair
/// share and slots do), its key's scopes were checked then, its price is that of then, and its answer is wanted whole,
/// whatever the body says.
///
/// @param tier the tier it is sold in
/// @param tariff the price of then
/// @param batch id of its batch
/// @param line its line there
public record Order(Tier tier, Tariff tariff, long batch, int line) {}
