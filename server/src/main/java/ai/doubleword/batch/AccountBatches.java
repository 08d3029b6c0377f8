package ai.doubleword.batch;

import ai.doubleword.accounts.Caller;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.List;

/// The batches of an account, for its first page: as much as the caller may see. Blocks; thread-safe.
@Singleton
public final class AccountBatches {
    private static final int SHOWN = 5;

    private final Batches batches;
    private final Database database;

    AccountBatches(Batches batches, Database database) {
        this.batches = batches;
        this.database = database;
    }

    /// How they stand.
    ///
    /// @param ever whether there is any
    /// @param running the newest of those that have not ended
    public record Standing(boolean ever, List<BatchCard> running) {}

    /// What the caller may see.
    public Standing of(Caller caller) {
        Batches.Asker asker = BatchesPage.asker(batches, caller);
        BatchQuery running = BatchQuery.of("", BatchQuery.Show.RUNNING.wire());
        return database.inAccount(
                asker.account(),
                handle -> new Standing(
                        BatchListStore.any(handle, asker),
                        BatchListStore.page(handle, asker, running, 0, SHOWN).stream()
                                .limit(SHOWN)
                                .map(row -> new BatchCard(
                                        row.batch(), row.file(), row.models(), asker.mayChange(row.batch())))
                                .toList()));
    }
}
