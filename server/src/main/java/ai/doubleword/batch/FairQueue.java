package ai.doubleword.batch;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/// Whose turn it is: weighted fair queueing in tokens across accounts. Each account has a virtual time that grows by
/// what it takes, divided by its weight; the smallest is next. An account that comes (back) begins at the time of those
/// that are there: it gets its share from now on, and nothing for having been away. Not thread-safe.
final class FairQueue {
    private static final class Share {
        final double weight;
        double time;

        Share(double weight, double time) {
            this.weight = weight;
            this.time = time;
        }
    }

    private final Map<Long, Share> shares = new HashMap<>();
    private double now;

    /// An account has work; nothing changes if it had.
    void join(long account, double weight) {
        shares.computeIfAbsent(account, absent -> new Share(weight, now));
    }

    /// An account has none any more.
    void leave(long account) {
        shares.remove(account);
    }

    /// The account whose turn it is, of those that can use it; nothing if none can. Equals by the smaller id.
    OptionalLong next(LongPredicate ready) {
        long chosen = Long.MAX_VALUE;
        double best = Double.MAX_VALUE;
        for (Map.Entry<Long, Share> entry : shares.entrySet()) {
            long account = entry.getKey();
            double time = entry.getValue().time;
            if ((time < best || (time == best && account < chosen)) && ready.test(account)) {
                chosen = account;
                best = time;
            }
        }
        if (best == Double.MAX_VALUE) {
            return OptionalLong.empty();
        }
        now = Math.max(now, best);
        return OptionalLong.of(chosen);
    }

    /// An account takes tokens, or (negative) took fewer than it was charged.
    void charge(long account, long tokens) {
        Share share = shares.get(account);
        if (share != null) {
            share.time += tokens / share.weight;
        }
    }
}
