package ai.doubleword.models;

import ai.doubleword.billing.Tariff;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Tier;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a customer names in `model`, as one routing snapshot knows it. Immutable.
///
/// @param id internal identity; limiter and statistics are keyed by it
/// @param uuid the management id
/// @param name what customers write
/// @param type what it does
/// @param description one paragraph for people, maybe empty
/// @param capabilities of `tools, json_schema, vision, reasoning, …`
/// @param contextLength tokens of input and output together; 0 if unknown
/// @param maxOutput tokens it may produce at most; 0 if unknown
/// @param rates limits over all of its callers
/// @param groups who may see it; empty means everyone
/// @param tariffs the tariff in force for each tier it is sold in
/// @param route where it runs
/// @param created when it was added
public record Model(
        long id,
        UUID uuid,
        String name,
        ModelType type,
        String description,
        List<String> capabilities,
        int contextLength,
        int maxOutput,
        Rates rates,
        Set<Long> groups,
        Map<Tier, Tariff> tariffs,
        Route route,
        Instant created) {
    public Model {
        capabilities = List.copyOf(capabilities);
        groups = Set.copyOf(groups);
        EnumMap<Tier, Tariff> copy = new EnumMap<>(Tier.class);
        copy.putAll(tariffs);
        tariffs = java.util.Collections.unmodifiableMap(copy);
    }

    /// The tariff in force for a tier, or nothing if the model is not sold in it.
    public @Nullable Tariff tariff(Tier tier) {
        return tariffs.get(tier);
    }

    /// Whether an account in these groups may see the model.
    public boolean visibleTo(Set<Long> accountGroups) {
        if (groups.isEmpty()) {
            return true;
        }
        for (Long group : groups) {
            if (accountGroups.contains(group)) {
                return true;
            }
        }
        return false;
    }
}
