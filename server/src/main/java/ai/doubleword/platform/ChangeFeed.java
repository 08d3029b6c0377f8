package ai.doubleword.platform;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// Keeps something in memory true to PostgreSQL: asks a [Reader] to read what changed, every interval, on a thread and
/// a connection of its own. NOTIFY on the channel only makes that sooner; without it nothing is missed.
///
/// Freshness is the age of the last complete read, counted from its *start*. A server that falls silent is noticed
/// within [#SILENCE]; a statement that PostgreSQL itself holds up ends before that, so the two can be told apart:
/// [#outage] is true only while PostgreSQL cannot be reached. After a lost connection reading goes on where it stopped
/// if the same server answers and that was not long ago, so that a database in trouble is not asked for everything on
/// top; a server that was started anew, or another one, may have lost what was read, and all is loaded.
///
/// Thread-safe. [#start] and [#close] are for whoever owns it; the rest never blocks.
public final class ChangeFeed implements AutoCloseable {
    /// Opens a connection outside of all pools.
    @FunctionalInterface
    public interface Connector {
        /// @param silence how long a read may wait before the server counts as dead
        Connection open(Duration silence) throws SQLException;
    }

    /// Reads into memory. Called on the feed's thread only, on a connection in auto-commit; what it leaves open in a
    /// transaction is rolled back. An exception ends the connection; what failed is asked for again on the next.
    public interface Reader {
        /// Reads everything; afterwards [#read] is asked for what changed since this began.
        void load(Connection connection) throws SQLException;

        /// Reads what changed since the last call that succeeded; what a failed one read is read again.
        void read(Connection connection) throws SQLException;

        /// Hears what a NOTIFY says; [#read] follows. One that nobody heard must cost no more than time.
        default void told(String payload) {}
    }

    /// How long PostgreSQL may stay silent before it counts as out of reach.
    public static final Duration SILENCE = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(ChangeFeed.class);
    // PostgreSQL answers a held-up statement before the socket gives up, which tells "slow" from "gone".
    private static final Duration STATEMENT = Duration.ofMillis(1500);
    // How late a refresh may be noticed: the driver's wait for NOTIFY cannot be woken from another thread.
    private static final int SLICE_MILLIS = 20;
    // Bounds what a flood of changes, or of wishes for a refresh, costs PostgreSQL: twenty reads a second.
    private static final Duration SOONEST = Duration.ofMillis(50);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(1);
    // Far less than changes are kept for.
    private static final Duration RESUMABLE = Duration.ofHours(1);

    private final String name;
    private final String channel;
    private final Duration interval;
    private final Connector connector;
    private final Reader reader;
    private final LongSupplier nanos;
    private final Thread thread;
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> wanted = new AtomicReference<>();

    private boolean failing;
    private volatile boolean closed;
    private @Nullable Connection first;
    private @Nullable String loadedFrom;
    private volatile long freshAt;
    private volatile boolean loaded;
    private volatile long outageSeenAt;
    private volatile boolean outage;

    /// @param name for the log and the thread
    /// @param channel of LISTEN; a plain lower-case identifier
    /// @param interval between reads
    /// @param nanos [System#nanoTime], or a test's clock
    public ChangeFeed(
            String name, String channel, Duration interval, Connector connector, Reader reader, LongSupplier nanos) {
        if (!channel.matches("[a-z_]+")) {
            throw new IllegalArgumentException("no channel: " + channel);
        }
        this.name = name;
        this.channel = channel;
        this.interval = interval;
        this.connector = connector;
        this.reader = reader;
        this.nanos = nanos;
        this.thread = Thread.ofPlatform().name("feed-" + name).daemon().unstarted(this::run);
    }

    /// Loads once on the calling thread, so that whoever starts knows that it works, then goes on in the background.
    ///
    /// @throws SQLException if PostgreSQL cannot be reached or read
    public void start() throws SQLException {
        Connection connection = connect();
        first = connection;
        thread.start();
    }

    /// The time since which nothing can have been missed is this far back, in nanoseconds; [Long#MAX_VALUE] before the
    /// first load.
    public long ageNanos() {
        return loaded ? nanos.getAsLong() - freshAt : Long.MAX_VALUE;
    }

    /// Whether PostgreSQL could not be reached at the last attempt, and that was less than `recent` ago. False when it
    /// answers, even if with an error, and when nobody knows.
    public boolean outage(Duration recent) {
        return outage && nanos.getAsLong() - outageSeenAt <= recent.toNanos();
    }

    /// Asks for a read that begins after this call, within about 50 ms; callers who ask meanwhile share it.
    ///
    /// @return true when it is done, false when it failed; completes on the feed's thread
    public CompletionStage<Boolean> refresh() {
        while (true) {
            CompletableFuture<Boolean> waiting = wanted.get();
            if (waiting != null) {
                return waiting;
            }
            CompletableFuture<Boolean> mine = new CompletableFuture<>();
            if (closed) {
                mine.complete(false);
                return mine;
            }
            if (wanted.compareAndSet(null, mine)) {
                return mine;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(SILENCE.plusSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Connection connection = first;
        first = null;
        Duration pause = SHORTEST_RETRY;
        while (!closed) {
            CompletableFuture<Boolean> asked = null;
            try {
                if (connection == null) {
                    asked = wanted.getAndSet(null);
                    connection = connect();
                } else {
                    await(connection);
                    asked = wanted.getAndSet(null);
                    read(connection, false);
                    // Not after a load: where loads work and reads do not, they must not follow each other closely.
                    recovered();
                    pause = SHORTEST_RETRY;
                }
                complete(asked, true);
            } catch (SQLException | RuntimeException | Error e) {
                // The driver throws errors too, and a feed without its thread would never be fresh again.
                failed(e);
                close(connection);
                connection = null;
                complete(asked, false);
                sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause.multipliedBy(2);
            }
        }
        close(connection);
        complete(wanted.getAndSet(null), false);
    }

    private Connection connect() throws SQLException {
        Connection connection = connector.open(SILENCE);
        try {
            ChangeFeedStore.prepare(connection, channel, STATEMENT);
            String server = ChangeFeedStore.server(connection);
            boolean resumes = server.equals(loadedFrom) && ageNanos() < RESUMABLE.toNanos();
            if (!resumes) {
                loadedFrom = null;
            }
            read(connection, !resumes);
            loadedFrom = server;
            return connection;
        } catch (SQLException | RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    private void read(Connection connection, boolean all) throws SQLException {
        long started = nanos.getAsLong();
        if (all) {
            reader.load(connection);
        } else {
            reader.read(connection);
        }
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        freshAt = started;
        loaded = true;
        outage = false;
    }

    /// Returns after the interval, or before it for a NOTIFY or a wish for a refresh.
    private void await(Connection connection) throws SQLException {
        PGConnection listening = connection.unwrap(PGConnection.class);
        long begun = System.nanoTime();
        boolean told = false;
        while (!closed) {
            long waited = System.nanoTime() - begun;
            if (waited >= interval.toNanos() || ((told || wanted.get() != null) && waited >= SOONEST.toNanos())) {
                return;
            }
            for (PGNotification notification : listening.getNotifications(SLICE_MILLIS)) {
                reader.told(notification.getParameter());
                told = true;
            }
        }
    }

    private void failed(Throwable e) {
        boolean unreachable = e instanceof SQLException sql && ChangeFeedStore.unreachable(sql);
        outageSeenAt = nanos.getAsLong();
        outage = unreachable;
        if (failing || closed) {
            LOG.debugf(e, "The %s feed still fails", name);
        } else if (unreachable) {
            LOG.warnf("The %s feed cannot reach PostgreSQL: %s", name, e.getMessage());
        } else {
            LOG.errorf(e, "The %s feed cannot read its changes", name);
        }
        failing = true;
    }

    private void recovered() {
        if (failing) {
            LOG.infof("The %s feed reads from PostgreSQL again", name);
            failing = false;
        }
    }

    private void sleep(Duration pause) {
        try {
            if (!closed) {
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            // Only close() interrupts, and the loop looks at that next.
            LOG.tracef("The %s feed ends", name);
        }
    }

    private static void complete(@Nullable CompletableFuture<Boolean> asked, boolean done) {
        if (asked != null) {
            asked.complete(done);
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("A broken connection did not close well", e);
            }
        }
    }
}
