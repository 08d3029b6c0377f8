package ai.doubleword.batch;

import java.time.Duration;

/// What a line's pool says of waiting for it.
record PoolPatience(Pool pool, ChunkRun run, int place) implements LineCalls.Patience {
    @Override
    public Duration untilAsked(long waitedNanos) {
        return pool.untilSlow(waitedNanos);
    }

    @Override
    public boolean hedge(long waitedNanos) {
        return pool.beginHedge(run, waitedNanos);
    }

    @Override
    public void over() {
        pool.endHedge();
        pool.dispatch();
    }

    @Override
    public void answering(long waitedNanos) {
        pool.answering(run, place, waitedNanos);
    }
}
