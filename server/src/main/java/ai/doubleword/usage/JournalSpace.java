package ai.doubleword.usage;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The journal's budget of bytes: what waits for PostgreSQL plus what running requests may still write. Requests are
/// admitted within it, so that whatever was admitted can be recorded. Thread-safe, lock-free.
final class JournalSpace {
    /// Set aside for each request: no frame is longer.
    static final int RESERVATION = RecordCodec.MAX_FRAME;

    private final long limit;
    private final AtomicLong taken = new AtomicLong();
    private volatile @Nullable String writeTrouble;
    private volatile @Nullable String forceTrouble;

    JournalSpace(long limit) {
        this.limit = limit;
    }

    /// Sets one reservation aside, unless there is no room or the disk fails.
    boolean reserve() {
        if (writeTrouble != null || forceTrouble != null) {
            return false;
        }
        if (taken.addAndGet(RESERVATION) > limit) {
            taken.addAndGet(-RESERVATION);
            return false;
        }
        return true;
    }

    void release() {
        taken.addAndGet(-RESERVATION);
    }

    /// A reservation became a frame.
    void settle(int frame) {
        taken.addAndGet(frame - RESERVATION);
    }

    /// Frames of earlier starts, found on disk.
    void found(long bytes) {
        taken.addAndGet(bytes);
    }

    /// Frames that PostgreSQL has, or that turned out to be torn.
    void drained(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }

    long limit() {
        return limit;
    }

    /// Why the disk does not take writes, or that it does again. While it does not, nothing is admitted.
    void writeTrouble(@Nullable String reason) {
        writeTrouble = reason;
    }

    /// The same for forcing what was written.
    void forceTrouble(@Nullable String reason) {
        forceTrouble = reason;
    }

    /// Why the disk refuses, if it does.
    @Nullable
    String trouble() {
        String reason = writeTrouble;
        return reason == null ? forceTrouble : reason;
    }
}
