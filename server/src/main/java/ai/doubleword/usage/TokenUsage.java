package ai.doubleword.usage;

/// What one request used, in buckets that do not overlap: their sums are the provider's totals.
///
/// @param input input text tokens that no cache served and that were not written to one
/// @param cacheRead input tokens served by the provider's prompt cache
/// @param cacheWrite5m input tokens written to a cache that lives five minutes
/// @param cacheWrite1h input tokens written to a cache that lives an hour
/// @param output output text tokens
/// @param reasoning output tokens spent on reasoning
/// @param audioInput input audio tokens
/// @param audioOutput output audio tokens
/// @param images images produced
/// @param estimated whether we counted, because the provider said nothing
public record TokenUsage(
        long input,
        long cacheRead,
        long cacheWrite5m,
        long cacheWrite1h,
        long output,
        long reasoning,
        long audioInput,
        long audioOutput,
        long images,
        boolean estimated) {
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0, 0, 0, 0, false);

    public TokenUsage {
        if ((input | cacheRead | cacheWrite5m | cacheWrite1h | output | reasoning | audioInput | audioOutput | images)
                < 0) {
            throw new IllegalArgumentException("a bucket is negative");
        }
    }

    /// What is recorded where the upstream reported nothing. Never zero: whatever ran has used something.
    ///
    /// @param input estimated input tokens, raised to 1
    /// @param output estimated output tokens, 0 only where nothing was produced
    public static TokenUsage unreported(long input, long output) {
        return new TokenUsage(Math.max(1, input), 0, 0, 0, output, 0, 0, 0, 0, true);
    }

    /// All input tokens, cached or not.
    public long totalInput() {
        return input + cacheRead + cacheWrite5m + cacheWrite1h + audioInput;
    }

    /// All output tokens, reasoning included.
    public long totalOutput() {
        return output + reasoning + audioOutput;
    }

    public long total() {
        return totalInput() + totalOutput();
    }
}
