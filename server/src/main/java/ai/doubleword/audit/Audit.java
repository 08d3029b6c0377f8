package ai.doubleword.audit;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.MasterKey;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/// The audit log. Blocking, thread-safe.
@Singleton
public final class Audit implements AuditTrail {
    private static final Logger LOG = Logger.getLogger(Audit.class);
    private static final ObjectMapper JSON = JsonFormat.mapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final Database database;
    private final Clock clock;
    private final ActorSource actors;
    private final Chain chain;
    private final CheckpointKey signer;

    Audit(Database database, MasterKey master, Clock clock, ActorSource actors) {
        this.database = database;
        this.clock = clock;
        this.actors = actors;
        this.chain = new Chain(master);
        this.signer = new CheckpointKey(master);
    }

    @Override
    public void record(Handle transaction, AuditEvent event) {
        Actor actor = actors.current();
        AuditStore.Head head = AuditStore.lock(transaction);
        AuditRow row = new AuditRow(
                head.seq() + 1,
                now(),
                event.kind(),
                event.actor().orElse(actor.user()),
                actor.credential(),
                actor.client(),
                actor.request(),
                event.account(),
                event.subject(),
                json(event.was()),
                json(event.became()),
                Hash.NONE);
        AuditStore.append(transaction, row.withHash(chain.after(head.hash(), row)));
    }

    /// Signs what the log is now, unless nothing was added since the last time, and says it in the server's log, where
    /// it is out of the database's reach.
    Optional<Checkpoint> checkpoint() {
        Optional<Checkpoint> taken = database.engine().inTransaction(handle -> {
            AuditStore.Head head = AuditStore.head(handle);
            long last = AuditStore.lastCheckpoint(handle).map(Checkpoint::seq).orElse(0L);
            if (head.seq() <= last) {
                return Optional.empty();
            }
            Checkpoint signed = signer.sign(head.seq(), head.hash(), now());
            AuditStore.insertCheckpoint(handle, signed);
            return Optional.of(signed);
        });
        taken.ifPresent(checkpoint ->
                LOG.infof("Audit checkpoint at row %d: %s", (Object) checkpoint.seq(), checkpoint.text()));
        return taken;
    }

    /// Reads the whole log and compares.
    ///
    /// @param kept a checkpoint from the server's log, if there is one
    Verification verify(Optional<Checkpoint> kept) {
        return database.engine().withHandle(handle -> new Verifier(handle, chain, signer).run(kept));
    }

    /// Rows before a number, the newest first.
    List<AuditRow> before(long seq, int limit) {
        return database.engine().withHandle(handle -> AuditStore.before(handle, seq, limit));
    }

    /// Rows that fit a filter, the newest first.
    ///
    /// @param from the first number that is looked at
    /// @param below the number after the last
    List<AuditRow> search(AuditFilter filter, long from, long below, int limit) {
        return database.engine().withHandle(handle -> AuditStore.search(handle, filter, from, below, limit));
    }

    /// How far back that many rows reach: the number of the oldest of them, 1 if there are no more.
    ///
    /// @param account whose rows are counted; absent for all
    /// @param below the number after the newest
    long reach(OptionalLong account, long below, int rows) {
        return account.isEmpty()
                ? Math.max(1, below - rows)
                : database.engine()
                        .withHandle(handle -> AuditStore.reach(handle, account.getAsLong(), below, rows))
                        .orElse(1L);
    }

    /// The number of the first row at a time or after it; that after the last if there is none. Rows are in the
    /// order of time, so that some look-ups by number find it.
    long firstAt(Instant time) {
        return database.engine().withHandle(handle -> {
            long low = 1;
            long high = AuditStore.head(handle).seq() + 1;
            while (low < high) {
                long middle = low + (high - low) / 2;
                if (AuditStore.at(handle, middle).isBefore(time)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        });
    }

    /// The number of the last row; 0 if there is none.
    long last() {
        return database.engine().withHandle(AuditStore::head).seq();
    }

    /// Rows before a number of one account, the newest first.
    List<AuditRow> before(long account, long seq, int limit) {
        return database.engine().withHandle(handle -> AuditStore.beforeOfAccount(handle, account, seq, limit));
    }

    /// Rows after a number, the oldest first.
    List<AuditRow> after(long seq, int limit) {
        return database.engine().withHandle(handle -> AuditStore.after(handle, seq, limit));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static String json(Map<String, ?> fields) {
        try {
            return fields.isEmpty() ? "" : JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not representable as JSON", e);
        }
    }
}
