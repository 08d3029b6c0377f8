package ai.doubleword.models;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;

/// A model as the database has it: what people edit, and what a [Model] of the routing snapshot is made of.
///
/// @param id internal identity
/// @param uuid the management id
/// @param name what customers write
/// @param type what it does
/// @param description one paragraph for people, maybe empty
/// @param capabilities such as `tools`, `json_schema`, `vision`, `reasoning`
/// @param contextLength tokens of input and output together; 0 if unknown
/// @param maxOutput tokens it may produce at most; 0 if unknown
/// @param rates limits over all of its callers
/// @param tiers in which it is sold
/// @param policy how the order of targets is chosen
/// @param groups who may see it, by name and id; empty means everyone
/// @param hidden whether only administrators see it
/// @param targets where it runs
/// @param created when it was added
record ModelEntry(
        long id,
        UUID uuid,
        String name,
        ModelType type,
        String description,
        List<String> capabilities,
        int contextLength,
        int maxOutput,
        Rates rates,
        Set<Tier> tiers,
        Route.Policy policy,
        SortedMap<String, Long> groups,
        boolean hidden,
        List<TargetEntry> targets,
        Instant created) {

    /// Where a model runs.
    ///
    /// @param id identity of the target, kept for as long as model, provider and upstream name stay together
    /// @param provider id of the provider
    /// @param providerName its name
    /// @param upstreamModel what the provider calls the model
    /// @param weight share among targets of the same standing
    /// @param priority lower goes first
    /// @param concurrency requests at once; 0 takes the provider's
    record TargetEntry(
            long id,
            long provider,
            String providerName,
            String upstreamModel,
            int weight,
            int priority,
            int concurrency) {}
}
