package ai.doubleword.limits;

/// The limits of one key, account or model. 0 means unlimited.
///
/// @param requestsPerMinute inference requests started per minute
/// @param tokensPerMinute input and output tokens per minute
/// @param concurrentRequests requests under way at once
public record Rates(int requestsPerMinute, long tokensPerMinute, int concurrentRequests) {
    public static final Rates UNLIMITED = new Rates(0, 0, 0);
}
