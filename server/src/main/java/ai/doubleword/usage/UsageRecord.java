package ai.doubleword.usage;

import ai.doubleword.platform.Tier;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The one row that a request leaves behind, written at its end: usage fact and request log in one.
///
/// @param id time-ordered id; `req_…` is its public form, equal to `x-request-id`
/// @param endpoint the API path below `/v1`, such as `chat/completions`
/// @param keyId public id of the key
/// @param family the key's family
/// @param member the user as whom the key acts
/// @param account who pays
/// @param model internal id of the model; 0 if it was refused before one was known
/// @param tier the tier it was sold in
/// @param target internal id of the last target tried; 0 if none was
/// @param status HTTP status that the client was told
/// @param cause why it ended
/// @param errorCode the catalogue's code where it failed or was refused
/// @param usage the buckets
/// @param costNanos what the account pays, in nano-dollars
/// @param tariff id of the tariff it was priced by
/// @param hold id of the hold it settles; 0 for none
/// @param batch id of the batch and `line` its line number, both 0 outside batches; negative: id of the pack of a
///     request that came singly and ran later
/// @param line see `batch`
/// @param queueMicros from arrival to dispatch
/// @param firstTokenMicros from arrival to the first byte of content; 0 if there was none
/// @param totalMicros from arrival to the end
/// @param stream whether the answer was streamed
/// @param count how many requests the row stands for: 1, but for folded refusals
/// @param attempts all tries but the last
public record UsageRecord(
        long id,
        String endpoint,
        String keyId,
        long family,
        long member,
        long account,
        long model,
        Tier tier,
        long target,
        int status,
        Cause cause,
        @Nullable String errorCode,
        TokenUsage usage,
        long costNanos,
        long tariff,
        long hold,
        long batch,
        int line,
        long queueMicros,
        long firstTokenMicros,
        long totalMicros,
        boolean stream,
        int count,
        List<Attempt> attempts) {

    /// The same row, standing for another number of requests.
    UsageRecord withCount(int requests) {
        return with(costNanos, requests, attempts);
    }

    /// The same row at the operator's expense.
    public UsageRecord free() {
        return with(0, count, attempts);
    }

    /// The same row, with tries that went before its own.
    public UsageRecord after(List<Attempt> earlier) {
        return earlier.isEmpty()
                ? this
                : with(
                        costNanos,
                        count,
                        Stream.concat(earlier.stream(), attempts.stream()).toList());
    }

    private UsageRecord with(long cost, int requests, List<Attempt> tries) {
        return new UsageRecord(
                id,
                endpoint,
                keyId,
                family,
                member,
                account,
                model,
                tier,
                target,
                status,
                cause,
                errorCode,
                usage,
                cost,
                tariff,
                hold,
                batch,
                line,
                queueMicros,
                firstTokenMicros,
                totalMicros,
                stream,
                requests,
                tries);
    }

    /// A try that failed before the one the client saw; its tokens are the operator's.
    ///
    /// @param target internal id of the target
    /// @param status the upstream's HTTP status, 0 if it gave none
    /// @param micros how long it took
    /// @param tokens what it had produced, paid by the operator
    public record Attempt(long target, int status, long micros, long tokens) {}
}
