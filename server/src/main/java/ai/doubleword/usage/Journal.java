package ai.doubleword.usage;

import ai.doubleword.platform.Base62;
import ai.doubleword.usage.UsageConfig.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps usage records on disk until PostgreSQL has them.
///
/// Event loops push records on a lock-free stack, one compare-and-set and one small object each, and wake the writer
/// only if it was empty. The writer takes the whole stack at once, puts it in order, encodes it into one reused buffer
/// and writes it as one group; then it tells the group's callers. Under load it leaves a pause between groups, growing
/// with their size up to a millisecond, so that they fill: a write and two context switches cost more than
/// everything else here. A second thread forces the disk at most 10 ms after a write, and wakes the drain, which reads
/// no further than that.
///
/// Each start writes files of its own, named by a random id, and never appends to older ones; a file that reached its
/// share of the space is sealed and the next begun, so that drained space can be given back. When the disk refuses,
/// nothing more is admitted, what was recorded stays in memory, and the writer tries the same bytes at the same place
/// until it succeeds. Nothing is ever dropped.
public final class Journal implements UsageSink {
    private static final Logger LOG = Logger.getLogger(Journal.class);
    private static final int GROUP_BYTES = 256 * 1024;
    private static final int FILES_IN_LIMIT = 16;
    private static final long MAX_FILE_BYTES = 64L << 20;
    private static final long PAUSE_PER_ROW_NANOS = 150_000;
    private static final long MAX_PAUSE_NANOS = 1_000_000;
    private static final long FORCE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long FOLD_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_RETRY_MILLIS = 2_000;
    private static final int RETRIES_AT_CLOSE = 5;

    private final Path directory;
    private final Durability durability;
    private final Clock clock;
    private final JournalSpace space;
    private final String startId;
    private final long fileBytes;
    private final AtomicReference<@Nullable Entry> handover = new AtomicReference<>();
    private final Queue<JournalFile> files = new ConcurrentLinkedQueue<>();
    private final AtomicLong forcedRows = new AtomicLong();
    private final Thread writer;
    private final Thread forcer;
    private volatile Runnable forcedListener = () -> {};
    private final AtomicLong writtenRows = new AtomicLong();
    private volatile boolean forcerIdle;
    private volatile boolean closing;
    private volatile boolean closed;

    // The writer's own.
    private final RefusalFold fold = new RefusalFold();
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer group = ByteBuffer.allocateDirect(GROUP_BYTES);
    private final List<Runnable> told = new ArrayList<>();
    private JournalFile current;
    private int sequence;
    private int unwrittenRows;
    private int lastGroup;

    /// Opens the journal: finds what earlier starts left, and begins a file of its own.
    ///
    /// @param directory where its files are; made if missing
    /// @param maxBytes see [UsageConfig.JournalConfig#maxBytes]
    /// @param durability what callers wait for
    /// @throws IOException if the directory cannot be written
    public Journal(Path directory, long maxBytes, Durability durability, Clock clock, RandomGenerator random)
            throws IOException {
        this.directory = directory;
        this.durability = durability;
        this.clock = clock;
        this.space = new JournalSpace(maxBytes);
        this.startId = Base62.encode(random.nextLong() >>> 1, Base62.LONG_DIGITS);
        this.fileBytes = Math.max(RecordCodec.MAX_FRAME, Math.min(MAX_FILE_BYTES, maxBytes / FILES_IN_LIMIT));
        Files.createDirectories(directory);
        for (JournalFile left : orphans(directory)) {
            files.add(left);
            space.found(left.written());
        }
        this.current = JournalFile.create(directory, startId + "-0");
        files.add(current);
        this.writer = Thread.ofPlatform().daemon().name("journal-writer").unstarted(this::write);
        this.forcer = Thread.ofPlatform().daemon().name("journal-forcer").unstarted(this::force);
        writer.start();
        forcer.start();
    }

    @Override
    public boolean reserve() {
        return space.reserve();
    }

    @Override
    public void release() {
        space.release();
    }

    @Override
    public void record(UsageRecord usageRecord, Runnable durable) {
        Entry entry = new Entry(usageRecord, durable);
        Entry head = handover.get();
        while (true) {
            entry.next = head;
            Entry witness = handover.compareAndExchange(head, entry);
            if (witness == head) {
                break;
            }
            head = witness;
        }
        if (head == null) {
            LockSupport.unpark(writer);
        }
    }

    /// Has everything that was recorded written and forced, then ends its threads. Records that come later are lost, so
    /// the gateway ends first. Idempotent.
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        join(writer);
        closed = true;
        LockSupport.unpark(forcer);
        join(forcer);
    }

    /// The oldest file first; sealed ones but the last. The drain takes them off as it finishes them.
    Queue<JournalFile> files() {
        return files;
    }

    JournalSpace space() {
        return space;
    }

    Durability durability() {
        return durability;
    }

    /// Rows of this start that the disk has.
    long forcedRows() {
        return forcedRows.get();
    }

    /// Who is told, on the forcing thread, whenever the disk has more.
    void onForced(Runnable listener) {
        forcedListener = listener;
    }

    /// Files in a directory that no living process writes, oldest first.
    static List<JournalFile> orphans(Path directory) throws IOException {
        List<JournalFile> found = new ArrayList<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.filter(JournalFile::isJournal).sorted().toList()) {
                JournalFile file = JournalFile.open(path);
                if (file != null) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private void write() {
        long lastWrite = System.nanoTime();
        while (true) {
            boolean last = closing;
            Entry taken = last || handover.get() != null ? takeInOrder() : null;
            if (taken != null || last || !fold.isEmpty()) {
                writeGroup(taken, last);
                lastWrite = System.nanoTime();
            }
            if (last && handover.get() == null) {
                current.seal();
                return;
            }
            await();
            pause(lastWrite);
        }
    }

    private void await() {
        while (handover.get() == null && !closing) {
            if (fold.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, FOLD_CHECK_NANOS);
                return;
            }
        }
    }

    private void pause(long lastWrite) {
        long until = lastWrite + Math.min(MAX_PAUSE_NANOS, PAUSE_PER_ROW_NANOS * lastGroup);
        for (long left = until - System.nanoTime(); left > 0 && !closing; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private @Nullable Entry takeInOrder() {
        Entry newest = handover.getAndSet(null);
        Entry oldest = null;
        while (newest != null) {
            Entry before = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = before;
        }
        return oldest;
    }

    private void writeGroup(@Nullable Entry oldest, boolean last) {
        int size = 0;
        for (Entry entry = oldest; entry != null; entry = entry.next) {
            size++;
            if (!RefusalFold.takes(entry.row)) {
                append(entry.row);
                told.add(entry.durable);
            } else {
                if (fold.add(entry.row)) {
                    space.release();
                }
                run(entry.durable);
            }
        }
        if (last) {
            fold.flushAll(this::append);
        } else {
            fold.flush(clock.millis(), this::append);
        }
        flush();
        lastGroup = size;
    }

    private void append(UsageRecord row) {
        if (group.remaining() < RecordCodec.MAX_FRAME) {
            flush();
        }
        int start = group.position();
        RecordCodec.encode(row, group, crc);
        space.settle(group.position() - start);
        unwrittenRows++;
    }

    /// Writes the buffer, however long it takes, and tells the callers whose rows are in it.
    private void flush() {
        if (group.position() == 0) {
            return;
        }
        rotate();
        group.flip();
        if (durability != Durability.PROCESS) {
            // Before the write, so that whoever forces or drains it finds them.
            long end = current.written() + group.remaining();
            told.forEach(durable -> current.await(end, () -> run(durable)));
        }
        if (writeGroup()) {
            writtenRows.addAndGet(unwrittenRows);
        }
        unwrittenRows = 0;
        group.clear();
        if (forcerIdle) {
            LockSupport.unpark(forcer);
        }
        if (durability == Durability.PROCESS) {
            told.forEach(Journal::run);
        }
        told.clear();
    }

    private boolean writeGroup() {
        long delay = 50;
        for (int tries = 0; ; tries++) {
            try {
                current.write(group);
                if (space.trouble() != null) {
                    space.writeTrouble(null);
                }
                return true;
            } catch (IOException e) {
                if (closing && tries >= RETRIES_AT_CLOSE) {
                    LOG.errorf(e, "The journal cannot be written at shutdown: %d usage records lost", unwrittenRows);
                    return false;
                }
                space.writeTrouble(trouble("written", e));
                delay = Math.min(MAX_RETRY_MILLIS, delay * 2);
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(delay));
            }
        }
    }

    private void rotate() {
        if (current.written() < fileBytes) {
            return;
        }
        try {
            JournalFile next = JournalFile.create(directory, startId + "-" + ++sequence);
            files.add(next);
            current.seal();
            current = next;
        } catch (IOException e) {
            LOG.warnf(e, "No new journal file in %s; the last one goes on", directory);
        }
    }

    private static void run(Runnable durable) {
        try {
            durable.run();
        } catch (RuntimeException e) {
            LOG.error("A caller failed when it was told that its usage is durable", e);
        }
    }

    private void force() {
        while (true) {
            boolean last = closed;
            long rows = writtenRows.get();
            if (forceAll()) {
                forcedRows.set(rows);
                forcedListener.run();
            }
            if (last) {
                return;
            }
            forcerIdle = true;
            while (!closed && !behind()) {
                LockSupport.park(this);
            }
            forcerIdle = false;
            if (durability == Durability.PROCESS) {
                LockSupport.parkNanos(this, FORCE_AFTER_NANOS);
            }
        }
    }

    private boolean behind() {
        for (JournalFile file : files) {
            if (file.written() != file.forced()) {
                return true;
            }
        }
        return false;
    }

    private boolean forceAll() {
        boolean forced = false;
        for (JournalFile file : files) {
            try {
                forced |= file.force();
                if (durability == Durability.FSYNC) {
                    file.settle(file.forced());
                }
            } catch (IOException e) {
                space.forceTrouble(trouble("forced to disk", e));
                LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
                return forced;
            }
        }
        if (forced) {
            space.forceTrouble(null);
        }
        return forced;
    }

    private String trouble(String what, IOException e) {
        if (space.trouble() == null) {
            LOG.errorf(e, "The journal in %s cannot be %s: new requests are refused until it can", directory, what);
        }
        return "the usage journal cannot be " + what + ": " + e.getMessage();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// A record on its way to the writer.
    private static final class Entry {
        private final UsageRecord row;
        private final Runnable durable;
        private @Nullable Entry next;

        Entry(UsageRecord row, Runnable durable) {
            this.row = row;
            this.durable = durable;
        }
    }
}
