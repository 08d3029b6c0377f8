package ai.doubleword.limits;

/// What is left for a request, of each kind by the tightest limit that applies to it.
///
/// @param requestLimit requests per minute; 0 for unlimited, then the other two request values mean nothing
/// @param requestsLeft requests that would be granted now
/// @param requestsResetNanos until all of them are there again
/// @param tokenLimit tokens per minute; 0 for unlimited
/// @param tokensLeft tokens that would be granted now
/// @param tokensResetNanos until all of them are there again
/// @param concurrentLimit requests at once; 0 for unlimited
/// @param concurrent requests under way
public record Standing(
        int requestLimit,
        long requestsLeft,
        long requestsResetNanos,
        long tokenLimit,
        long tokensLeft,
        long tokensResetNanos,
        int concurrentLimit,
        int concurrent) {}
