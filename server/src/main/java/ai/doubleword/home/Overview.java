package ai.doubleword.home;

import ai.doubleword.batch.AccountBatches;
import ai.doubleword.console.Spark;
import ai.doubleword.usage.AccountActivity;
import java.util.Optional;

/// What the first page of an account shows.
///
/// @param mayMakeKeys whether the reader may make keys here
/// @param maySeeUsage whether the reader may see usage here
/// @param keys how many keys work
/// @param model a model to begin with: the first for chat, else any; empty if the account may see none
/// @param today what the reader may see of today's usage; empty where the role does not include it
/// @param batches how the batches stand that the reader may see
/// @param spark requests of the last two weeks
public record Overview(
        boolean mayMakeKeys,
        boolean maySeeUsage,
        long keys,
        Optional<String> model,
        AccountActivity.Today today,
        AccountBatches.Standing batches,
        Spark spark) {
    /// Whether there is a key to call with.
    public boolean hasKey() {
        return keys > 0;
    }

    /// Whether a request ever came.
    public boolean called() {
        return today.ever();
    }

    /// Whether to lead to a first batch.
    public boolean firstBatch() {
        return !batches.ever() && model.isPresent();
    }
}
