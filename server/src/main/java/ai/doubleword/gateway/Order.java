package ai.doubleword.gateway;

import ai.doubleword.billing.Tariff;
import ai.doubleword.platform.Tier;

/// What was agreed on when work was accepted that runs later: a line of a batch. Its key's rates do not bound it (fair
/// share and slots do), its key's scopes were checked then, and its price is that of then.
///
/// @param tier the tier it is sold in
/// @param tariff the price of then
/// @param batch id of its batch; negative: of its pack, where it came singly
/// @param line its line there
/// @param streamed whether the answer may come as the body says; else it is wanted whole, whatever that says
public record Order(Tier tier, Tariff tariff, long batch, int line, boolean streamed) {}
