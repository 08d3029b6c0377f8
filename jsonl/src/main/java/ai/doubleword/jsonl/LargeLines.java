package ai.doubleword.jsonl;

import java.util.concurrent.Semaphore;

/// Bounds how many checks hold a large line in memory at once; the others wait, and do not read on meanwhile.
/// Thread-safe.
public final class LargeLines {
    /// A line above this many bytes is large.
    static final int LARGE = 1 << 20;

    private final Semaphore permits;

    /// @param atOnce how many checks may hold one
    public LargeLines(int atOnce) {
        this.permits = new Semaphore(atOnce, true);
    }

    void enter() {
        permits.acquireUninterruptibly();
    }

    void leave() {
        permits.release();
    }
}
