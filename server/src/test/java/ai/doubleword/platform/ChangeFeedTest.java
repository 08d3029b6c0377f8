package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {
    private final TestDatabase database = TestDatabase.create();
    private final AtomicLong skipped = new AtomicLong();
    private final Calls calls = new Calls();
    private final ChangeFeed feed = new ChangeFeed(
            "test",
            "test_change",
            Duration.ofMillis(20),
            database.database()::dedicatedConnection,
            calls,
            () -> System.nanoTime() + skipped.get());

    @AfterEach
    void stop() {
        feed.close();
        database.close();
    }

    @Test
    void brokenConnectionIsFollowedByReadingOn() throws Exception {
        feed.start();
        long first = calls.await("load");
        calls.await("read");

        kill(first);

        calls.awaitOther("read", first);
        assertThat(calls.loads.get()).isEqualTo(1);
    }

    @Test
    void everythingIsLoadedWhenReadingStoppedLongAgo() throws Exception {
        feed.start();
        long first = calls.await("load");
        calls.failing = true;
        kill(first);
        calls.await("failure");
        skipped.addAndGet(Duration.ofHours(2).toNanos());
        calls.failing = false;

        assertThat(calls.await("load")).isNotEqualTo(first);
    }

    @Test
    void loadThatFailedHalfwayIsBegunAgain() throws Exception {
        feed.start();
        long first = calls.await("load");
        calls.failing = true;
        skipped.addAndGet(Duration.ofHours(2).toNanos());
        kill(first);
        calls.await("failure");
        calls.failing = false;

        assertThat(calls.await("load")).isNotEqualTo(first);
    }

    @Test
    void whatANotificationSaysIsHeardBeforeTheRead() throws Exception {
        feed.start();
        calls.await("load");
        database.database()
                .engine()
                .useHandle(handle -> handle.createQuery("SELECT pg_notify('test_change', 'hello') IS NULL")
                        .mapTo(Boolean.class)
                        .one());
        calls.await("hello");
        calls.await("read");
    }

    private void kill(long backend) {
        database.database()
                .engine()
                .useHandle(handle -> handle.createQuery("SELECT pg_terminate_backend(:pid::int)")
                        .bind("pid", backend)
                        .mapTo(Boolean.class)
                        .one());
    }

    /// Notes what it is asked for, and on which backend.
    private static final class Calls implements ChangeFeed.Reader {
        private record Call(String what, long backend) {}

        final AtomicLong loads = new AtomicLong();
        volatile boolean failing;
        private final BlockingQueue<Call> seen = new LinkedBlockingQueue<>();

        @Override
        public void load(Connection connection) throws SQLException {
            call("load", connection);
            loads.incrementAndGet();
        }

        @Override
        public void read(Connection connection) throws SQLException {
            call("read", connection);
        }

        @Override
        public void told(String payload) {
            seen.add(new Call(payload, -1));
        }

        private void call(String what, Connection connection) throws SQLException {
            long backend = backend(connection);
            if (failing) {
                seen.add(new Call("failure", backend));
                throw new SQLException("not now", "XX000");
            }
            seen.add(new Call(what, backend));
        }

        /// The backend of the next such call.
        long await(String what) throws InterruptedException {
            return awaitOther(what, 0);
        }

        /// The same, but not of this backend.
        long awaitOther(String what, long than) throws InterruptedException {
            while (true) {
                Call call = seen.poll(60, TimeUnit.SECONDS);
                assertThat(call).as(what).isNotNull();
                if (call.what().equals(what) && call.backend() != than) {
                    return call.backend();
                }
            }
        }

        private static long backend(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
