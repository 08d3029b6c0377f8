package ai.doubleword.providers;

/// One place where a model runs: a provider and the name the model has there.
///
/// @param id internal identity; breaker, health and concurrency are keyed by it
/// @param provider the provider's name
/// @param upstreamModel what the provider calls the model
/// @param weight share among targets of the same standing, at least 1
/// @param priority lower goes first
/// @param quirks what the provider takes and does not take
/// @param upstream how to reach it
/// @param state breaker, concurrency and health; the same object in every snapshot
public record Target(
        long id,
        String provider,
        String upstreamModel,
        int weight,
        int priority,
        Quirks quirks,
        Upstream upstream,
        TargetState state) {

    /// What differs from one OpenAI-compatible server to another.
    ///
    /// @param takesServiceTier whether `service_tier`, `background` and `store` may stay in the body
    /// @param takesStreamUsage whether `stream_options.include_usage` may be set
    /// @param takesBase64 whether `encoding_format: base64` is honoured
    /// @param responses whether it serves the Responses API
    public record Quirks(
            boolean takesServiceTier, boolean takesStreamUsage, boolean takesBase64, ResponsesSupport responses) {
        public static final Quirks DEFAULT = new Quirks(false, true, true, ResponsesSupport.NONE);
    }
}
