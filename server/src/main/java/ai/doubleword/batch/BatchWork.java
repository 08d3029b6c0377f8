package ai.doubleword.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is left to begin of one batch for one model, as its pool on this node knows it, and by that how much time the
/// batch has to spare. Confined to whoever holds its pool.
final class BatchWork {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long UNKNOWN = -1;
    private static final double MILLIS = 1_000;

    /// Lines take their time once they are begun, and speeds are not known exactly.
    private static final long LEAST_RESERVE_MILLIS = 15_000;

    private final long endMillis;
    private long here;
    private long elsewhere;
    private long openElsewhere = UNKNOWN;
    private int chunks;

    /// @param end of its window; null for none
    BatchWork(@Nullable Instant end) {
        this.endMillis = end == null ? NEVER : end.toEpochMilli();
    }

    void chunkCame() {
        chunks++;
    }

    /// @return whether that was the last here
    boolean chunkWent() {
        return --chunks == 0;
    }

    /// Lines wait here that are expected to take so many tokens more, or (negative) fewer.
    void waits(long tokens) {
        here += tokens;
    }

    /// So many tokens' worth waits that no node has taken yet.
    void elsewhere(long tokens) {
        elsewhere = tokens;
    }

    /// Whether anything of it waits that no node has taken yet.
    boolean waitsElsewhere() {
        return elsewhere > 0;
    }

    /// So many of its lines have no result, but for those in chunks that are here.
    void openElsewhere(long lines) {
        openElsewhere = lines;
    }

    /// Whether it was never told how many are.
    boolean elsewhereUnknown() {
        return openElsewhere == UNKNOWN;
    }

    /// What part of its lines has a result, at least; 0 where that is not known.
    ///
    /// @param open lines that have none in chunks that are here
    double done(long open, int total) {
        return elsewhereUnknown() || waitsElsewhere() ? 0 : 1 - (double) (open + openElsewhere) / Math.max(1, total);
    }

    /// Tokens that are left to begin.
    long tokens() {
        return Math.max(0, here + elsewhere);
    }

    /// When the rest must be begun at the latest to end within the window at a speed: the end less what the rest
    /// takes; what has no deadline never must.
    ///
    /// @param tokensPerSecond 0 where it is not known: then the end itself
    /// @return milliseconds of the epoch
    long latestStart(double tokensPerSecond) {
        return latestStart(endMillis, tokens(), tokensPerSecond);
    }

    /// As [#latestStart(double)], of any rest.
    ///
    /// @param endMillis of the window; [Long#MAX_VALUE] for none
    static long latestStart(long endMillis, long tokens, double tokensPerSecond) {
        return endMillis == NEVER || tokensPerSecond <= 0
                ? endMillis
                : endMillis - (long) (tokens / tokensPerSecond * MILLIS);
    }

    /// Whether it would be late at its account's share of a speed, or nearly so, and not if all of it were its.
    boolean late(double share, double all, long nowMillis) {
        if (endMillis == NEVER || all <= 0 || latestStart(all) < nowMillis) {
            return false;
        }
        long reserve = Math.max(LEAST_RESERVE_MILLIS, (endMillis - nowMillis) / 10);
        return latestStart(share) < nowMillis + reserve;
    }
}
