package ai.doubleword.jsonl;

import java.util.Set;
import java.util.function.BiFunction;

/// What a file and its lines must keep to.
///
/// @param maxLines most requests in a file
/// @param maxLineBytes longest line in bytes; also the memory that a check takes at most for a line
/// @param endpoints what `url` may name
/// @param models whether a model fits an endpoint; asked once for each pair, on the calling thread
/// @param salt for the hashes of prompt prefixes: one for each account
public record LineRules(
        int maxLines,
        int maxLineBytes,
        Set<LineEndpoint> endpoints,
        BiFunction<String, LineEndpoint, ModelFit> models,
        long salt) {
    public LineRules {
        endpoints = Set.copyOf(endpoints);
    }
}
