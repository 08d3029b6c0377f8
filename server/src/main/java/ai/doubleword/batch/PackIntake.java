package ai.doubleword.batch;

import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;

/// Makes single lines durable, many at once: what comes while one group is written is the next. Those of a group
/// that have key, tier, model and price in common are a pack: one blob, and four rows beside the one of each line.
/// A line is in the blob store before PostgreSQL knows of it. One thread of its own; [#add] may be called by any.
final class PackIntake {
    private static final Logger LOG = Logger.getLogger(PackIntake.class);
    private static final int GROUP_LINES = 4_000;
    private static final int GROUP_BYTES = 16 << 20;
    private static final int ROOM_KIB = 128 * 1024;

    /// What comes just after the first of a group goes with it.
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final String SAME_ID = "23505";

    private final Database database;
    private final BlobStore blobs;
    private final Ids ids;
    private final Duration patience;
    private final LongConsumer wake;
    private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(ROOM_KIB);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("batch-intake").unstarted(this::run);
    private volatile boolean stopping;

    /// Lines of one pack have this in common.
    record Common(
            long account,
            String keyId,
            long family,
            long member,
            ai.doubleword.platform.Tier tier,
            String endpoint,
            String model,
            long tariff) {}

    private record Entry(Common common, PackFile.Line line, CompletableFuture<Void> durable) {
        int kib() {
            return Math.min(ROOM_KIB, line.line().body().length / 1024 + 1);
        }
    }

    private record Pack(long id, Common common, List<Entry> entries) {
        long tokens() {
            return entries.stream().mapToLong(entry -> entry.line().tokens()).sum();
        }
    }

    /// @param patience how long a line may wait to be run, unless it is a background line
    /// @param wake is told of each pack
    PackIntake(Database database, BlobStore blobs, Ids ids, Duration patience, LongConsumer wake) {
        this.database = database;
        this.blobs = blobs;
        this.ids = ids;
        this.patience = patience;
        this.wake = wake;
    }

    void start() {
        thread.start();
    }

    /// Takes nothing more; what was taken is written.
    void stop(Duration limit) {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.forEach(entry -> entry.durable().completeExceptionally(unavailable("The server stops.")));
    }

    /// @return completes when the line is durable, or with a [ProblemException]
    CompletableFuture<Void> add(Common common, PackFile.Line line) {
        Entry entry = new Entry(common, line, new CompletableFuture<>());
        if (stopping || !room.tryAcquire(entry.kib())) {
            return CompletableFuture.failedFuture(
                    unavailable("The server cannot write requests down as fast as they come."));
        }
        queue.add(entry);
        return entry.durable().whenComplete((nothing, failure) -> room.release(entry.kib()));
    }

    private static ProblemException unavailable(String message) {
        return new ProblemException(
                Problem.retry(ErrorCode.NO_CAPACITY, message + " Try again shortly.", Duration.ofSeconds(1)));
    }

    private static ProblemException full() {
        return new ProblemException(Problem.retry(
                ErrorCode.STORAGE_UNAVAILABLE,
                "The place where requests are kept does not answer, or is full. Nothing of this one was kept.",
                Duration.ofSeconds(10)));
    }

    private void run() {
        while (!stopping || !queue.isEmpty()) {
            List<Entry> entries = new ArrayList<>();
            try {
                gather(entries);
                write(entries);
            } catch (InterruptedException e) {
                LOG.debug("The intake is to end", e);
            } catch (RuntimeException | Error | IOException | SQLException e) {
                LOG.warnf("Single requests could not be written down: %s", e.getMessage());
                LOG.debug("They are refused", e);
                ProblemException refused =
                        e instanceof IOException ? full() : unavailable("The request could not be written down.");
                entries.forEach(entry -> entry.durable().completeExceptionally(refused));
            }
        }
    }

    private void gather(List<Entry> entries) throws InterruptedException {
        Entry first = stopping ? queue.poll() : queue.take();
        if (first == null) {
            return;
        }
        entries.add(first);
        long until = System.nanoTime() + GATHER_NANOS;
        long bytes = first.line().line().body().length;
        while (entries.size() < GROUP_LINES && bytes < GROUP_BYTES) {
            // Whatever interrupts must not lose what was taken.
            Entry next = stopping ? queue.poll() : pollUntil(until);
            if (next == null) {
                return;
            }
            entries.add(next);
            bytes += next.line().line().body().length;
        }
    }

    private @org.jspecify.annotations.Nullable Entry pollUntil(long until) {
        try {
            return queue.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            LOG.debug("The intake is to end", e);
            return queue.poll();
        }
    }

    private void write(List<Entry> entries) throws IOException, SQLException {
        List<Pack> packs = packs(entries);
        writeBlobs(packs);
        try {
            insert(packs);
        } catch (SQLException e) {
            if (!SAME_ID.equals(e.getSQLState())) {
                throw e;
            }
            write(withoutTwins(entries));
            return;
        }
        packs.forEach(pack -> wake.accept(pack.id()));
        entries.forEach(entry -> entry.durable().complete(null));
    }

    private List<Pack> packs(List<Entry> entries) {
        Map<Common, Pack> open = new LinkedHashMap<>();
        List<Pack> packs = new ArrayList<>();
        for (Entry entry : entries) {
            Pack pack = open.get(entry.common());
            if (pack == null || pack.entries().size() == Planner.MOST_LINES) {
                pack = new Pack(ids.next(), entry.common(), new ArrayList<>());
                open.put(entry.common(), pack);
                packs.add(pack);
            }
            pack.entries().add(entry);
        }
        return packs;
    }

    /// All at once: each waits for the disk, not for the processor.
    private void writeBlobs(List<Pack> packs) throws IOException {
        List<CompletableFuture<Void>> written = new ArrayList<>();
        for (Pack pack : packs) {
            CompletableFuture<Void> one = new CompletableFuture<>();
            Thread.ofVirtual().name("batch-pack").start(() -> {
                try {
                    PackFile.write(
                            blobs,
                            pack.id(),
                            pack.entries().stream().map(Entry::line).toList());
                    one.complete(null);
                } catch (IOException | RuntimeException e) {
                    one.completeExceptionally(e);
                }
            });
            written.add(one);
        }
        try {
            written.forEach(CompletableFuture::join);
        } catch (java.util.concurrent.CompletionException e) {
            throw new IOException("the blob store takes no requests: " + e.getCause(), e);
        }
    }

    private void insert(List<Pack> packs) throws SQLException {
        List<SingleLineStore.NewPack> rows = packs.stream().map(this::row).toList();
        if (rows.isEmpty()) {
            return;
        }
        try {
            insertOnce(rows);
        } catch (SQLException e) {
            if (SAME_ID.equals(e.getSQLState())) {
                throw e;
            }
            // Nobody knows whether it was committed; asked again, the database does.
            LOG.debugf(e, "Packs are written down again");
            boolean there = database.engine()
                    .withHandle(handle -> SingleLineStore.exists(
                            handle.getConnection(), rows.getFirst().id()));
            if (!there) {
                insertOnce(rows);
            }
        }
    }

    private void insertOnce(List<SingleLineStore.NewPack> rows) throws SQLException {
        database.engine().useTransaction(handle -> {
            Connection connection = handle.getConnection();
            SingleLineStore.insert(connection, rows);
        });
    }

    private SingleLineStore.NewPack row(Pack pack) {
        Common common = pack.common();
        return new SingleLineStore.NewPack(
                pack.id(),
                common.account(),
                common.keyId(),
                common.family(),
                common.member(),
                common.tier(),
                common.endpoint(),
                common.model(),
                common.tariff(),
                pack.tokens(),
                common.tier() == ai.doubleword.platform.Tier.BACKGROUND ? 0 : patience.toSeconds(),
                pack.entries().stream().map(entry -> entry.line().line().id()).toList());
    }

    /// Refuses lines whose id another has.
    private List<Entry> withoutTwins(Collection<Entry> entries) throws SQLException {
        Set<Long> taken = new HashSet<>(database.engine()
                .withHandle(handle -> SingleLineStore.taken(
                        handle.getConnection(),
                        entries.stream().map(entry -> entry.line().line().id()).toList())));
        List<Entry> rest = new ArrayList<>();
        for (Entry entry : entries) {
            if (taken.add(entry.line().line().id())) {
                rest.add(entry);
            } else {
                entry.durable()
                        .completeExceptionally(
                                new ProblemException(ErrorCode.CONFLICT, "There is a request of this id already."));
            }
        }
        return rest;
    }
}
