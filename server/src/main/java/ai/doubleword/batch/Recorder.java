package ai.doubleword.batch;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.Ids;
import ai.doubleword.usage.UsageGroup;
import ai.doubleword.usage.UsageRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Makes results durable: what has come in is written to a blob for each account, whole and forced, then recorded
/// in one transaction; meanwhile the next group gathers. While blob store or database are away it tries again each
/// second with what it has, and lines stop when its bounded room is taken. One thread of its own; [#add] and
/// [#changed] may be called by any.
final class Recorder {
    private static final Logger LOG = Logger.getLogger(Recorder.class);

    static final String SEGMENT = "segment";

    private static final int ROOM_KIB = 64 * 1024;
    private static final int GROUP_BYTES = 4 << 20;
    private static final int GROUP_LINES = 2_000;
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final BlobStore blobs;
    private final Recording recording;
    private final Ids ids;
    private final UsageGroup group;
    private final long owner;
    private final Listener listener;
    private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(ROOM_KIB);
    private final Thread thread;
    private volatile boolean stopping;

    /// Who hears, on the recorder's thread, what has become of chunks.
    interface Listener {
        /// Nothing is left to do of a chunk here.
        void over(ChunkRun run);

        /// Results are durable.
        void recorded(Slice slice);
    }

    private sealed interface Entry {
        record Result(LineResult line) implements Entry {}

        record Changed(ChunkRun run) implements Entry {}

        record Stop() implements Entry {}
    }

    /// @param owner this start of the server
    Recorder(BlobStore blobs, Recording recording, Ids ids, UsageGroup group, long owner, Listener listener) {
        this.blobs = blobs;
        this.recording = recording;
        this.ids = ids;
        this.group = group;
        this.owner = owner;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("batch-recorder").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes a result; waits while there is no room.
    void add(LineResult result) {
        room.acquireUninterruptibly(size(result));
        queue.add(new Entry.Result(result));
    }

    /// Something about a chunk changed that may be its end here.
    void changed(ChunkRun run) {
        if (run.over()) {
            queue.add(new Entry.Changed(run));
        }
    }

    /// Records what has come in, for as long as this, then stops.
    void finish(Duration limit) {
        stopping = true;
        queue.add(new Entry.Stop());
        LockSupport.unpark(thread);
        try {
            thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int size(LineResult result) {
        return Math.min(ROOM_KIB, result.bytes().length / 1024 + 1);
    }

    private void run() {
        List<Entry> entries = new ArrayList<>();
        while (!stopping || !queue.isEmpty()) {
            try {
                gather(entries);
                List<LineResult> lines = new ArrayList<>();
                for (Entry entry : entries) {
                    if (entry instanceof Entry.Result(LineResult line)) {
                        lines.add(line);
                    }
                }
                record(lines);
                for (Entry entry : entries) {
                    switch (entry) {
                        case Entry.Result(LineResult line) -> tell(line.run());
                        case Entry.Changed(ChunkRun run) -> tell(run);
                        case Entry.Stop stop -> LOG.trace("The recorder is to end");
                    }
                }
            } catch (RuntimeException | Error e) {
                LOG.error("Results of batches are lost to this server; their lines run again", e);
            }
            entries.clear();
        }
    }

    private void tell(ChunkRun run) {
        if (run.over()) {
            listener.over(run);
        }
    }

    /// Waits for something, then for what comes with it.
    private void gather(List<Entry> entries) {
        try {
            entries.add(queue.take());
            long until = System.nanoTime() + GATHER_NANOS;
            int bytes = 0;
            while (entries.size() < GROUP_LINES && bytes < GROUP_BYTES) {
                Entry next = queue.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (next == null) {
                    return;
                }
                entries.add(next);
                bytes += next instanceof Entry.Result(LineResult line) ? line.bytes().length : 0;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the recorder", e);
        }
    }

    private void record(List<LineResult> lines) {
        if (lines.isEmpty()) {
            return;
        }
        Map<Long, Map<ChunkRun, List<LineResult>>> accounts = new LinkedHashMap<>();
        for (LineResult line : lines) {
            accounts.computeIfAbsent(line.run().batch().account(), account -> new LinkedHashMap<>())
                    .computeIfAbsent(line.run(), run -> new ArrayList<>())
                    .add(line);
        }
        Map<Slice, ChunkRun> runs = new LinkedHashMap<>();
        List<Recording.Result> results = new ArrayList<>();
        for (Map<ChunkRun, List<LineResult>> account : accounts.values()) {
            BlobName blob = BlobName.of(SEGMENT, ids.next());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            account.forEach((run, own) -> {
                Slice slice = slice(blob, bytes.size(), run, own, bytes);
                runs.put(slice, run);
                results.add(new Recording.Result(slice, usage(own), run.batch().pack(), news(own)));
            });
            if (!untilDone("The blob store takes no results", () -> write(blob, bytes.toByteArray()))) {
                return;
            }
        }
        if (untilDone("PostgreSQL takes no results", () -> commit(results, runs))) {
            accounts.values().forEach(account -> account.forEach((run, own) -> run.recorded(own.size())));
            lines.forEach(line -> room.release(size(line)));
        }
    }

    private static List<UsageRecord> usage(List<LineResult> lines) {
        return lines.stream().map(LineResult::usage).filter(Objects::nonNull).toList();
    }

    private static Map<Integer, AccountEvent> news(List<LineResult> lines) {
        return lines.stream()
                .filter(line -> line.news() != null)
                .collect(Collectors.toMap(LineResult::place, line -> Objects.requireNonNull(line.news())));
    }

    private void commit(List<Recording.Result> results, Map<Slice, ChunkRun> runs) throws SQLException {
        Recording.Outcome outcome = recording.commit(results, group);
        for (Slice fenced : outcome.fenced()) {
            ChunkRun run = runs.get(fenced);
            if (run != null) {
                run.lose();
            }
        }
        runs.keySet().stream()
                .filter(slice -> !outcome.fenced().contains(slice))
                .forEach(listener::recorded);
    }

    private void write(BlobName blob, byte[] bytes) throws IOException {
        if (blobs.exists(blob)) {
            return;
        }
        try (BlobWriter writer = blobs.create(blob)) {
            writer.write(bytes, 0, bytes.length);
            writer.commit();
        }
    }

    private Slice slice(BlobName blob, long at, ChunkRun run, List<LineResult> lines, ByteArrayOutputStream into) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = run.claimed().lines().length;
        int okBytes = append(out, lines, true);
        int failedBytes = append(out, lines, false);
        appendPositions(out, lines, true);
        appendPositions(out, lines, false);
        byte[] all = out.toByteArray();
        CRC32C crc = new CRC32C();
        crc.update(all, 0, all.length);
        into.writeBytes(all);
        return new Slice(
                run.claimed().key(),
                owner,
                run.claimed().epoch(),
                new BlobSlice(blob, at, all.length),
                LineBits.of(count, places(lines, true)),
                LineBits.of(count, places(lines, false)),
                okBytes,
                failedBytes,
                (int) crc.getValue());
    }

    private static int append(ByteArrayOutputStream out, List<LineResult> lines, boolean good) {
        int before = out.size();
        for (LineResult line : lines) {
            if (line.good() == good) {
                out.writeBytes(line.bytes());
            }
        }
        return out.size() - before;
    }

    private static void appendPositions(ByteArrayOutputStream out, List<LineResult> lines, boolean good) {
        for (LineResult line : lines) {
            if (line.good() == good) {
                out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(line.position())
                        .array());
            }
        }
    }

    private static int[] places(List<LineResult> lines, boolean good) {
        return lines.stream()
                .filter(line -> line.good() == good)
                .mapToInt(LineResult::place)
                .toArray();
    }

    private interface Step {
        void run() throws IOException, SQLException;
    }

    /// @return whether it was done; false only when the server stops
    private boolean untilDone(String trouble, Step step) {
        @Nullable String said = null;
        while (true) {
            try {
                step.run();
                return true;
            } catch (IOException | SQLException | RuntimeException | Error e) {
                // The driver throws errors too.
                if (stopping) {
                    LOG.warnf("%s; their lines run again after the next start: %s", trouble, e.getMessage());
                    return false;
                }
                String reason = String.valueOf(e.getMessage());
                if (!reason.equals(said)) {
                    LOG.warnf("%s, and is asked again each second: %s", trouble, reason);
                    LOG.debug(trouble, e);
                    said = reason;
                }
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }
}
