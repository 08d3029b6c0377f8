package ai.doubleword.limits;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import org.jspecify.annotations.Nullable;

/// Limits as somebody wants them for a key, an account or a model, under the names that they have everywhere. What is
/// absent stays as it is; 0 is unlimited.
public record RatesSpec(
        @Nullable Integer requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Integer concurrentRequests) {

    /// These limits where they say something, the others elsewhere.
    ///
    /// @throws ProblemException `invalid_value` with the field for a negative one
    public Rates over(Rates before) {
        return new Rates(
                (int) checked("requests_per_minute", requestsPerMinute, before.requestsPerMinute()),
                checked("tokens_per_minute", tokensPerMinute, before.tokensPerMinute()),
                (int) checked("concurrent_requests", concurrentRequests, before.concurrentRequests()));
    }

    private static long checked(String field, @Nullable Number wanted, long before) {
        long limit = wanted == null ? before : wanted.longValue();
        if (limit < 0) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE, "limits." + field, "A limit is 0, for unlimited, or more."));
        }
        return limit;
    }
}
