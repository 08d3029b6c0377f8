package ai.doubleword.models;

import ai.doubleword.billing.PriceSpec;
import ai.doubleword.limits.RatesSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model as somebody wants it, by API or configuration. What is absent stays as it is, or takes its default.
///
/// @param name what customers write; may hold `/ : . @`
/// @param type `chat` (default), `embedding`, `rerank`
/// @param description one paragraph for people
/// @param capabilities such as `tools`, `json_schema`, `vision`, `reasoning`
/// @param contextLength tokens of input and output together; 0 if unknown
/// @param maxOutput tokens it may produce at most; 0 if unknown
/// @param limits over all of its callers
/// @param tiers in which it is sold; default all
/// @param groups names of those who may see it; empty means everyone
/// @param hidden whether customers neither see nor call it; default false
/// @param policy `priority` (default) or `weighted`
/// @param targets where it runs; given, it replaces the whole route
/// @param prices new versions of its prices
public record ModelSpec(
        @Nullable String name,
        @Nullable String type,
        @Nullable String description,
        @Nullable List<String> capabilities,
        @Nullable Integer contextLength,
        @Nullable Integer maxOutput,
        @Nullable RatesSpec limits,
        @Nullable List<String> tiers,
        @Nullable List<String> groups,
        @Nullable Boolean hidden,
        @Nullable String policy,
        @Nullable List<TargetSpec> targets,
        @Nullable List<PriceSpec> prices) {

    /// A model that runs at one provider, with nothing else said.
    static ModelSpec at(String name, ModelType type, String provider, String upstream) {
        return new ModelSpec(
                name,
                type.wire(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(new TargetSpec(provider, upstream, null, null, null)),
                null);
    }

    /// A change of nothing but whether customers see it.
    static ModelSpec hidden(boolean hidden) {
        return new ModelSpec(null, null, null, null, null, null, null, null, null, hidden, null, null, null);
    }

    /// A change of nothing but its limits.
    static ModelSpec limited(RatesSpec limits) {
        return new ModelSpec(null, null, null, null, null, null, limits, null, null, null, null, null, null);
    }

    /// One place where the model runs.
    ///
    /// @param provider the provider's name
    /// @param model what the provider calls it; default: the model's own name
    /// @param weight share among targets of the same standing; default 1
    /// @param priority lower goes first; default 0
    /// @param concurrency requests at once; 0 (default) takes the provider's
    public record TargetSpec(
            @Nullable String provider,
            @Nullable String model,
            @Nullable Integer weight,
            @Nullable Integer priority,
            @Nullable Integer concurrency) {}
}
