package ai.doubleword.batch;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What can be said of a batch before it runs.
///
/// @param earliestWindow the shortest usual window that it would surely be done in; only of what is at risk, and null
///     if not even the longest is
/// @param seconds until it would be done; nothing where too little was measured
record Outlook(Deadline deadline, @Nullable String earliestWindow, OptionalDouble seconds) {
    static final Outlook UNKNOWN = new Outlook(Deadline.ESTIMATED, null, OptionalDouble.empty());

    /// What is kept of it.
    Batch.Promise promise() {
        return new Batch.Promise(deadline, earliestWindow);
    }
}
