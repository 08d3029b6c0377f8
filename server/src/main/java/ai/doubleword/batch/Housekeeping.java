package ai.doubleword.batch;

import ai.doubleword.platform.Database;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/// What is looked after every two seconds, by any node: leases that ended, keys that were ended with their work,
/// windows that ended, batches that a kill left one step before their end. Blocks.
final class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    private final Database database;
    private final Endings endings;
    private final Expiry expiry;
    private final Worker.Identity identity;

    Housekeeping(Database database, Endings endings, Expiry expiry, Worker.Identity identity) {
        this.database = database;
        this.endings = endings;
        this.expiry = expiry;
        this.identity = identity;
    }

    /// @return batches of which chunks wait again
    Set<Long> run() {
        Set<Long> waiting = new HashSet<>();
        List<ChunkStore.Freed> freed = database.engine()
                .inTransaction(handle -> ChunkStore.freeEnded(handle, identity.node(), identity.owner()));
        for (ChunkStore.Freed lease : freed) {
            if (lease.goesOn()) {
                waiting.add(lease.batch());
            }
        }
        for (long batch : database.engine().withHandle(BatchStore::ofEndedKeys)) {
            database.engine().useTransaction(handle -> endings.cancel(handle, batch));
        }
        for (long batch : database.engine().withHandle(BatchStore::due)) {
            expiry.begin(batch);
        }
        for (long batch : database.engine().withHandle(BatchStore::ending)) {
            if (!database.engine().inTransaction(handle -> endings.settle(handle, batch))) {
                try {
                    expiry.finish(batch);
                } catch (java.io.IOException e) {
                    LOG.warnf("What a batch left undone cannot be written yet: %s", e.getMessage());
                }
            }
        }
        return waiting;
    }
}
