package ai.doubleword.batch;

import ai.doubleword.billing.Tariff;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.jsonl.TokenEstimate;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// The engine's door for requests that come one by one and run later: each is durable before [#submit] returns,
/// runs once however many servers die, and is charged with its result or not at all. Ids are the caller's; a line
/// is seen by its account alone. All methods block but [#whenEnded]'s result; all are thread-safe.
///
/// ```java
/// lines.submit(key, new SingleLine(id, "chat/completions", "llama", Tier.FLEX, body, 0, Map.of()));
/// lines.await(key.account(), id, Duration.ofSeconds(30)); // or whenEnded(…).thenRun(…), or state(…) at any time
/// ```
public final class SingleLines {
    private static final Logger LOG = Logger.getLogger(SingleLines.class);
    private static final int PURGED_AT_ONCE = 500;
    private static final int USUAL_OUTPUT = 256;

    /// What a line is checked and priced by.
    record Rules(Gateway gateway, RoutingTable routing, Endpoints endpoints) {}

    /// Who else hears of a line that is not wanted any more.
    interface Withdrawn {
        /// Those who run it here.
        void line(SingleLineStore.Place place);
    }

    private final Database database;
    private final BlobStore blobs;
    private final long owner;
    private final Rules rules;
    private final PackIntake intake;
    private final LineWaits waits;
    private final Ended ended;
    private final LineGlances glances;

    /// What ends with a line.
    record Ended(Endings endings, Withdrawn withdrawn) {}

    /// What lines are kept in.
    ///
    /// @param owner as which this start of the server has leases
    record Kept(Database database, BlobStore blobs, long owner) {}

    SingleLines(Kept kept, Rules rules, PackIntake intake, LineWaits waits, Ended ended) {
        this.database = kept.database();
        this.blobs = kept.blobs();
        this.owner = kept.owner();
        this.rules = rules;
        this.intake = intake;
        this.waits = waits;
        this.ended = ended;
        this.glances = new LineGlances(database);
    }

    /// Takes a line; it is durable when this returns, and may run at once.
    ///
    /// @param key as which it runs, and whose account pays: at the price of now in the line's tier
    /// @throws ProblemException if the key may not have it run; `conflict` if there is a line of this id;
    ///     `no_capacity` if it could not be written down
    public void submit(Principal key, SingleLine line) {
        EndpointHandler endpoint = rules.endpoints()
                .find(line.endpoint())
                .orElseThrow(() -> new IllegalArgumentException("no requests of " + line.endpoint() + " run here"));
        rules.gateway()
                .refusal(key, endpoint.dialect(), line.model(), line.tier())
                .ifPresent(problem -> {
                    throw new ProblemException(problem);
                });
        byte[] body = line.body();
        int tokens = (int) Math.min(
                Integer.MAX_VALUE,
                TokenEstimate.ofText(body, 0, body.length) + (line.maxOutput() > 0 ? line.maxOutput() : USUAL_OUTPUT));
        PackIntake.Common common = new PackIntake.Common(
                key.account(),
                key.keyId(),
                key.family(),
                key.member(),
                line.tier(),
                line.endpoint(),
                line.model(),
                tariff(line));
        try {
            intake.add(common, new PackFile.Line(line, tokens)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ProblemException problem ? new ProblemException(problem.problem()) : e;
        }
    }

    private long tariff(SingleLine line) {
        Model model = rules.routing().current().model(line.model());
        Tariff tariff = model == null ? null : model.tariff(line.tier());
        return tariff == null ? Tariff.FREE.id() : tariff.id();
    }

    /// How a line stands, with its result where it has one; nothing if the account has none of this id.
    ///
    /// @throws ProblemException `storage_unavailable` if the store does not answer
    public Optional<SingleState> state(long account, long id) {
        return database.engine()
                .withHandle(handle -> SingleLineStore.find(handle, account, id))
                .map(this::state);
    }

    /// How a line stands that has not ended: queued or in progress; nothing for any other. For those who ask again and
    /// again: it costs a fraction of [#state], and does not block.
    public CompletableFuture<Optional<SingleState>> glance(long account, long id) {
        return glances.at(account, id);
    }

    private SingleState state(SingleLineStore.Found found) {
        if (found.withdrawn()) {
            return new SingleState.Cancelled();
        }
        SegmentStore.Segment segment = found.segment();
        if (found.done() && segment != null) {
            try {
                return SingleResults.read(blobs, segment, found.place());
            } catch (IOException e) {
                LOG.warnf("A result cannot be read: %s", e.getMessage());
                throw new ProblemException(Problem.retry(
                        ErrorCode.STORAGE_UNAVAILABLE,
                        "The result cannot be read now; try again shortly.",
                        Duration.ofSeconds(5)));
            }
        }
        return LineGlances.state(found.status(), found.chunk())
                .orElseGet(() -> found.status() == BatchStatus.CANCELLED
                        ? new SingleState.Cancelled()
                        : new SingleState.Failed(
                                0,
                                "batch_expired",
                                "The request waited for too long, and was not begun any more.",
                                504));
    }

    /// The line that is in some place of a pack, as its usage tells them.
    ///
    /// @param line from 1
    /// @return its id; nothing if the account has none there
    public OptionalLong inPack(long account, long pack, int line) {
        return database.engine()
                .withHandle(handle -> SingleLineStore.id(handle, account, new SingleLineStore.Place(pack, line - 1)));
    }

    /// What was submitted.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    public record Submitted(String endpoint, byte[] body, Map<String, String> metadata) {}

    /// The request of a line; nothing if the account has none of this id.
    public Optional<Submitted> submitted(long account, long id) throws IOException {
        Optional<SingleLineStore.Place> place = place(account, id);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        PackFile.Submitted line = PackFile.open(blobs, place.get().pack(), rules.endpoints())
                .submitted(place.get().place());
        return Optional.of(new Submitted(line.endpoint(), line.body(), line.metadata()));
    }

    /// Ids of an account's lines before one, the newest first.
    public List<Long> latest(long account, long before, int limit) {
        return database.engine().withHandle(handle -> SingleLineStore.latest(handle, account, before, limit));
    }

    /// Cancels a line that has no result yet, whether it waits or runs; whatever is committed first stays. What
    /// ran of it is paid by the operator.
    ///
    /// @return how it stands then; nothing if the account has none of this id
    public Optional<SingleState> cancel(long account, long id) {
        Optional<SingleLineStore.Place> place = place(account, id);
        if (place.isPresent()) {
            withdraw(id, place.get());
        }
        return state(account, id);
    }

    private void withdraw(long id, SingleLineStore.Place place) {
        boolean changed = database.engine().inTransaction(handle -> {
            if (BatchStore.lock(handle, place.pack()).isEmpty()) {
                return false;
            }
            Chunk chunk = SingleLineStore.chunk(handle, place.pack());
            Chunk next = chunk.withdraw(place.place());
            if (next.equals(chunk)) {
                return false;
            }
            SingleLineStore.withdraw(handle, next);
            ended.endings().withdrawn(handle, place.pack(), id);
            ended.endings().settle(handle, place.pack());
            SingleLineStore.tell(handle);
            return true;
        });
        if (changed) {
            ended.withdrawn().line(place);
            waits.ended(place);
        }
    }

    /// Completes when a line has ended, here or on another node, or was deleted; at once if it has already, or
    /// there is none. Never exceptionally. Cancel it where nobody wants to know any more.
    public CompletableFuture<Void> whenEnded(long account, long id) {
        Optional<SingleLineStore.Place> place = place(account, id);
        if (place.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> wait = waits.wait(place.get());
        // Looked at after it is waited for: what ends between the two is not missed.
        SingleLineStore.Found now = database.engine()
                .withHandle(handle -> SingleLineStore.find(handle, account, id))
                .orElse(null);
        if (now == null || now.done() || now.status().ended()) {
            waits.ended(place.get());
        }
        // A copy: one who stops waiting does not stop the others.
        return wait.copy();
    }

    /// Those of some lines that another server has taken, to run them or because it runs them.
    public Set<Long> takenElsewhere(Collection<Long> ids) {
        return database.engine().withHandle(handle -> SingleLineStore.takenElsewhere(handle, ids, owner));
    }

    /// Waits until a line has ended, but no longer than `limit`.
    ///
    /// @return how it stands then; nothing if the account has none of this id
    public Optional<SingleState> await(long account, long id, Duration limit) {
        try {
            whenEnded(account, id).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.tracef("Line %d has not ended yet", id);
        } catch (ExecutionException e) {
            throw new IllegalStateException("waits do not fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return state(account, id);
    }

    /// Deletes a line with its result; one that has none is cancelled first. The bytes go when no line is left of
    /// those that were packed with it. What it used stays in usage.
    ///
    /// @return false if the account has none of this id
    public boolean delete(long account, long id) {
        Optional<SingleLineStore.Place> place = place(account, id);
        if (place.isEmpty()) {
            return false;
        }
        withdraw(id, place.get());
        long pack = place.get().pack();
        List<BlobName> left = database.engine().inTransaction(handle -> {
            BatchStore.lock(handle, pack);
            SingleLineStore.delete(handle, id);
            return SingleLineStore.used(handle, pack)
                            || !BatchStore.status(handle, pack).ended()
                    ? List.<BlobName>of()
                    : drop(handle, pack);
        });
        left.forEach(this::sweep);
        return true;
    }

    /// Deletes packs that ended and were made longer ago than they are kept.
    ///
    /// @param usual how long those are kept whose account does not say
    /// @return how many
    int purge(Instant now, Duration usual) {
        int purged = purge((handle, most) -> SingleLineStore.old(handle, first(now.minus(usual)), most));
        for (SingleLineStore.Keeping keeping : database.engine().withHandle(SingleLineStore::keeping)) {
            long before = first(now.minus(Duration.ofDays(keeping.days())));
            purged += purge((handle, most) -> SingleLineStore.oldOf(handle, keeping.account(), before, most));
        }
        return purged;
    }

    private static long first(Instant instant) {
        return Ids.first(instant.toEpochMilli());
    }

    private interface Old {
        List<Long> packs(org.jdbi.v3.core.Handle handle, int most);
    }

    private int purge(Old old) {
        int purged = 0;
        List<Long> packs;
        do {
            packs = database.engine().withHandle(handle -> old.packs(handle, PURGED_AT_ONCE));
            for (long pack : packs) {
                database.engine().inTransaction(handle -> drop(handle, pack)).forEach(this::sweep);
                purged++;
            }
        } while (packs.size() == PURGED_AT_ONCE);
        return purged;
    }

    private static List<BlobName> drop(org.jdbi.v3.core.Handle handle, long pack) {
        List<BlobName> own = new ArrayList<>(SegmentStore.blobs(handle, pack));
        own.add(PackFile.name(pack));
        BatchStore.delete(handle, pack);
        return own;
    }

    private void sweep(BlobName blob) {
        if (database.engine().withHandle(handle -> SegmentStore.uses(handle, blob))) {
            return;
        }
        try {
            blobs.delete(blob);
        } catch (IOException e) {
            LOG.warnf("What is left of deleted requests could not be removed: %s", e.getMessage());
        }
    }

    private Optional<SingleLineStore.Place> place(long account, long id) {
        return database.engine().withHandle(handle -> SingleLineStore.place(handle, account, id));
    }
}
