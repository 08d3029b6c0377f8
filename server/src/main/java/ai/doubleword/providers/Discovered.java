package ai.doubleword.providers;

import java.util.List;

/// A model that a provider says it serves.
///
/// @param upstreamModel what the provider calls it
/// @param type `chat`, `embedding` or `rerank`
/// @param guessed whether the type comes from the name, because the provider's metadata does not say
/// @param capabilities as far as the provider says
/// @param contextLength tokens of input and output together; 0 if it does not say
/// @param maxOutput tokens it may produce at most; 0 if it does not say
public record Discovered(
        String upstreamModel,
        String type,
        boolean guessed,
        List<String> capabilities,
        int contextLength,
        int maxOutput) {}
