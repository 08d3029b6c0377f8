package ai.doubleword.batch;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/// Whose turn it is: weighted fair queueing in tokens across accounts. Each account has a virtual time that grows by
/// what it takes, divided by its weight; the smallest is next. An account that comes (back) begins at the time of those
/// that are there, or at its own where that is later: it gets its share from now on, nothing for having been away, and
/// does not shed what it has taken by going away. So between two turns of an account that always has work, each other
/// takes at most twice what its largest line is charged. Not thread-safe.
final class FairQueue {
    private static final class Share {
        final double weight;
        double time;
        boolean here = true;

        Share(double weight, double time) {
            this.weight = weight;
            this.time = time;
        }
    }

    private final Map<Long, Share> shares = new HashMap<>();
    private double now;
    private int here;

    /// An account has work; nothing changes if it had.
    void join(long account, double weight) {
        Share known = shares.get(account);
        if (known == null) {
            shares.put(account, new Share(weight, now));
            here++;
        } else if (!known.here) {
            known.here = true;
            known.time = Math.max(known.time, now);
            here++;
        }
    }

    /// An account has none any more.
    void leave(long account) {
        keep(other -> other != account);
    }

    /// Accounts that are not meant have none any more.
    void keep(LongPredicate meant) {
        Iterator<Map.Entry<Long, Share>> all = shares.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Long, Share> entry = all.next();
            Share share = entry.getValue();
            if (share.here && !meant.test(entry.getKey())) {
                share.here = false;
                here--;
            }
            // Those that the others have caught up with begin like new ones.
            if (!share.here && share.time <= now) {
                all.remove();
            }
        }
    }

    /// Whether an account has work.
    boolean has(long account) {
        Share share = shares.get(account);
        return share != null && share.here;
    }

    /// How many accounts have work.
    int size() {
        return here;
    }

    /// The account whose turn it is, of those that can use it; nothing if none can. Equals by the smaller id.
    OptionalLong next(LongPredicate ready) {
        long chosen = Long.MAX_VALUE;
        double best = Double.MAX_VALUE;
        for (Map.Entry<Long, Share> entry : shares.entrySet()) {
            long account = entry.getKey();
            Share share = entry.getValue();
            boolean sooner = share.time < best || (share.time == best && account < chosen);
            if (share.here && sooner && ready.test(account)) {
                chosen = account;
                best = share.time;
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
