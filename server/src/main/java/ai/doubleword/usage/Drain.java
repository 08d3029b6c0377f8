package ai.doubleword.usage;

import ai.doubleword.usage.RecordCodec.UnknownVersionException;
import ai.doubleword.usage.UsageConfig.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Moves the journal into PostgreSQL, exactly once.
///
/// One transaction per group: what came within 200 ms, within 800 ms where that is thousands, at most 16,000. A row
/// costs PostgreSQL a tenth less in a group of thousands than in one of hundreds, and commits and rollups are shared by
/// more. The transaction locks the file's row, goes on only if the position there is the one it expects, copies the
/// rows, adds the rollups, moves the position. Whatever happens to the connection, that row tells the truth: a commit
/// whose answer was lost is found done, an orphaned backend is waited for by its lock, two drains of one file cannot
/// both count it. Files of earlier starts come first, oldest first, their torn tail is cut, and a drained file is
/// deleted.
///
/// One thread of its own, on one connection of its own; while PostgreSQL is away it tries again each second, and the
/// journal waits.
final class Drain {
    /// Opens connections of the login that owns the tables.
    @FunctionalInterface
    interface Connector {
        Connection open() throws SQLException;
    }

    /// Makes sure that rows of a day have a place.
    interface Days {
        void ensure(Set<LocalDate> days) throws SQLException;

        /// What was ensured may be gone.
        void forget();
    }

    private static final Logger LOG = Logger.getLogger(Drain.class);
    private static final int GROUP_ROWS = 16_000;
    private static final int READ_BYTES = 1 << 22;
    private static final long GROUP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int BUSY_ROWS = 1_000;
    private static final long BUSY_GROUP_NANOS = TimeUnit.MILLISECONDS.toNanos(800);
    private static final long MAX_RETRY_MILLIS = 1_000;

    private final Journal journal;
    private final Connector connector;
    private final Thread thread;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable String trouble;
    private volatile long caughtUpNanos = System.nanoTime();
    private volatile boolean finishing;
    private volatile boolean abandoned;

    // The thread's own.
    private final ByteBuffer read = ByteBuffer.allocate(READ_BYTES);
    private final CRC32C crc = new CRC32C();
    private final UsageGroup group;
    private @Nullable DrainStore store;
    private @Nullable JournalFile file;
    private long position;
    private long groupRows;
    private long attempted;
    private long attemptedRows;
    private long settledRows;
    private long retryMillis;

    Drain(Journal journal, Connector connector, Days days) {
        this.journal = journal;
        this.connector = connector;
        this.group = new UsageGroup(days);
        this.thread = Thread.ofPlatform().daemon().name("usage-drain").unstarted(this::run);
    }

    void start() {
        journal.onForced(() -> LockSupport.unpark(thread));
        thread.start();
    }

    /// Drains what a closed journal still holds, but no longer than this, then stops. What is left waits on disk for
    /// the next start.
    void finish(Duration limit) {
        finishing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(limit)) {
                abandoned = true;
                LOG.warnf(
                        "%d bytes of usage wait in the journal for the next start",
                        journal.space().taken());
            }
        } catch (InterruptedException e) {
            abandoned = true;
            Thread.currentThread().interrupt();
        }
    }

    /// Rows that PostgreSQL has, since the start.
    long rows() {
        return rows.get();
    }

    /// Groups that had to be tried again.
    long failures() {
        return failures.get();
    }

    /// For how long there has been something to drain.
    Duration lag() {
        return journal.space().taken() == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - caughtUpNanos);
    }

    /// Why rows do not get into PostgreSQL, if they do not.
    @Nullable
    String trouble() {
        return trouble;
    }

    private void run() {
        while (!abandoned && !(finishing && journal.files().isEmpty())) {
            try {
                if (!step()) {
                    await();
                }
                retryMillis = 0;
                trouble = null;
            } catch (SQLException | IOException | UnknownVersionException | RuntimeException | Error e) {
                // Errors too: with this thread gone, usage would wait until the next start and nobody would know why.
                failed(e);
            }
        }
        disconnect();
    }

    /// One group, or the end of a file.
    ///
    /// @return whether there may be more to do at once
    private boolean step() throws SQLException, IOException, UnknownVersionException {
        JournalFile oldest = journal.files().peek();
        if (oldest == null) {
            return false;
        }
        DrainStore connected = connect();
        if (oldest != file) {
            position = connected.begin(oldest.id());
            journal.space().drained(Math.min(position, oldest.written()));
            file = oldest;
            attempted = -1;
        }
        boolean complete = oldest.sealed() && oldest.forced() == oldest.written();
        if (!complete && !due(oldest)) {
            return false;
        }
        long end = readGroup(oldest);
        if (end > position) {
            drain(connected, oldest, end);
        } else if (complete) {
            finish(connected, oldest);
        } else if (oldest.forced() > position) {
            throw new IOException("the journal file " + oldest.id() + " is damaged at byte " + position);
        }
        return true;
    }

    private boolean due(JournalFile oldest) {
        if (oldest.forced() == position) {
            caughtUpNanos = System.nanoTime();
            return false;
        }
        return finishing
                || journal.durability() == Durability.DATABASE
                || journal.forcedRows() - settledRows >= GROUP_ROWS
                || System.nanoTime() - caughtUpNanos >= groupNanos();
    }

    /// A rollup costs the same for one request as for a thousand, so a busy drain gathers for longer.
    private long groupNanos() {
        return groupRows >= BUSY_ROWS ? BUSY_GROUP_NANOS : GROUP_NANOS;
    }

    private void await() {
        JournalFile current = file;
        if (current == null || current.forced() == position) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, Math.max(1, caughtUpNanos + groupNanos() - System.nanoTime()));
        }
    }

    /// Reads and sums up a group.
    ///
    /// @return the offset behind it
    private long readGroup(JournalFile from) throws IOException, UnknownVersionException {
        from.read(read.clear(), position, from.forced());
        read.flip();
        group.clear();
        groupRows = 0;
        while (groupRows < GROUP_ROWS) {
            UsageRecord row = RecordCodec.decode(read, crc);
            if (row == null) {
                break;
            }
            group.add(row);
            groupRows++;
        }
        return position + read.position();
    }

    private void drain(DrainStore connected, JournalFile from, long end) throws SQLException {
        group.prepare();
        long actual = connected.lock(from.id());
        if (actual != position) {
            connected.rollback();
            LOG.infof(
                    "Journal file %s is drained to %d, not %d: an earlier commit was done",
                    from.id(), actual, position);
            moved(from, actual, actual == attempted ? attemptedRows : 0);
            return;
        }
        attempted = end;
        attemptedRows = groupRows;
        connected.write(group);
        connected.move(from.id(), end);
        connected.commit();
        moved(from, end, groupRows);
    }

    private void moved(JournalFile from, long to, long count) {
        journal.space().drained(to - position);
        position = to;
        rows.addAndGet(count);
        settledRows += from.ours() ? count : 0;
        caughtUpNanos = System.nanoTime();
        if (journal.durability() == Durability.DATABASE) {
            from.settle(to);
        }
    }

    private void finish(DrainStore connected, JournalFile drained) throws SQLException, IOException {
        long torn = drained.written() - position;
        if (torn > 0) {
            LOG.warnf("Journal file %s ends in a torn record: %d bytes cut", drained.id(), torn);
            journal.space().drained(torn);
        }
        connected.finish(drained.id());
        drained.delete();
        journal.files().poll();
        file = null;
    }

    private DrainStore connect() throws SQLException {
        DrainStore connected = store;
        if (connected == null) {
            connected = new DrainStore(connector.open());
            store = connected;
        }
        return connected;
    }

    private void disconnect() {
        DrainStore connected = store;
        store = null;
        if (connected != null) {
            try {
                connected.close();
            } catch (SQLException e) {
                LOG.debug("The drain's connection did not close well", e);
            }
        }
    }

    private void failed(Throwable e) {
        failures.incrementAndGet();
        String reason = firstLine(e);
        if (trouble == null) {
            LOG.warnf("Usage waits in the journal: it cannot be moved to PostgreSQL: %s", reason);
        }
        LOG.debug("The drain begins again", e);
        trouble = reason;
        disconnect();
        retryMillis = Math.min(MAX_RETRY_MILLIS, retryMillis * 2 + 50);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(retryMillis);
        while (!abandoned && System.nanoTime() < until) {
            LockSupport.parkNanos(this, until - System.nanoTime());
        }
    }

    /// The innermost cause in a line: the driver's own messages repeat whole statements.
    private static String firstLine(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.toString() : message.lines().findFirst().orElse(message);
    }
}
