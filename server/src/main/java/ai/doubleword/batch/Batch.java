package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A batch as the database knows it: that of a file, or a pack of requests that came singly, which no user sees.
///
/// @param id outside it is `batch_` and eleven digits
/// @param account that owns it
/// @param keyId public id of the key that made it
/// @param family of that key
/// @param member as whom the key acts
/// @param inputFile its requests; 0 for a pack
/// @param endpoint as its user wrote it; lines may name others
/// @param window as its user wrote it
/// @param tier batch, or background without a deadline
/// @param outputFile where answers go
/// @param errorFile where failures go: that of the newest retry
/// @param inlineErrors whether failures stand in the output file too
/// @param metadata its user's notes
/// @param total lines
/// @param ok lines with an answer
/// @param failed lines that failed for good
/// @param used what all of it came to so far
/// @param promise how sure its deadline was when it was ordered
record Batch(
        long id,
        long account,
        String keyId,
        long family,
        long member,
        long inputFile,
        String endpoint,
        String window,
        Tier tier,
        long outputFile,
        long errorFile,
        boolean inlineErrors,
        Map<String, String> metadata,
        int total,
        int ok,
        int failed,
        BatchStatus status,
        Times times,
        Used used,
        Promise promise) {
    /// The prefix of ids.
    static final String PREFIX = "batch";

    Batch {
        metadata = Map.copyOf(metadata);
    }

    /// How sure the end of its window is.
    ///
    /// @param earliestWindow of one at risk: the shortest usual window that it would be done in; null if none is
    record Promise(Deadline deadline, @Nullable String earliestWindow) {
        static final Promise NONE = new Promise(Deadline.ESTIMATED, null);
    }

    /// How sure its deadline was; nothing for what has none.
    Optional<Deadline> deadline() {
        return times.expires() == null ? Optional.empty() : Optional.of(promise.deadline());
    }

    /// Whether it is a pack of single lines.
    boolean pack() {
        return inputFile == 0;
    }

    /// As what the usage of its lines names it: a pack by a negative number, since it is nobody's batch.
    long inUsage() {
        return pack() ? -id : id;
    }

    /// When what happened.
    record Times(
            Instant created,
            @Nullable Instant inProgress,
            @Nullable Instant expires,
            @Nullable Instant finalizing,
            @Nullable Instant completed,
            @Nullable Instant failed,
            @Nullable Instant expired,
            @Nullable Instant cancelling,
            @Nullable Instant cancelled,
            @Nullable Instant paused) {
        static Times of(Instant created) {
            return new Times(created, null, null, null, null, null, null, null, null, null);
        }
    }

    /// What the recorded lines took.
    ///
    /// @param costNanos in nano-dollars
    record Used(long costNanos, long input, long output) {
        static final Used NOTHING = new Used(0, 0, 0);

        Used plus(Used more) {
            return new Used(costNanos + more.costNanos, input + more.input, output + more.output);
        }
    }

    /// Whether no line is begun for now, until somebody says so.
    boolean paused() {
        return status == BatchStatus.IN_PROGRESS && times.paused() != null;
    }

    /// Lines with a recorded result.
    int done() {
        return ok + failed;
    }
}
