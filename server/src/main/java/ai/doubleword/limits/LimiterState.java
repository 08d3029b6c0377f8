package ai.doubleword.limits;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// What the limiter knows of one key family, account or model: two buckets, a counter, a moving quantile.
///
/// A bucket is one number, GCRA's *theoretical arrival time*: the instant at which the bucket is full again. It holds
/// one minute's worth, so taking `n` of a limit `L` per minute moves it on by `n/L` minutes and is granted while it
/// lies at most a minute ahead of now. Because the number is a time and not a count, the limit can change between two
/// requests and the fraction that was used stays used. One compare-and-set per bucket and request; no allocation; any
/// thread. Times are nanoseconds of the limiter's clock, which begins at zero.
final class LimiterState {
    static final long MINUTE = 60_000_000_000L;

    /// Output tokens that a request is assumed to make before its model has made any.
    private static final int FIRST_OUTPUT = 1024;

    private static final VarHandle REQUESTS;
    private static final VarHandle TOKENS;
    private static final VarHandle IN_FLIGHT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REQUESTS = lookup.findVarHandle(LimiterState.class, "requests", long.class);
            TOKENS = lookup.findVarHandle(LimiterState.class, "tokens", long.class);
            IN_FLIGHT = lookup.findVarHandle(LimiterState.class, "inFlight", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long id;

    private volatile long requests;
    private volatile long tokens;
    private volatile int inFlight;
    private volatile int usualOutput = FIRST_OUTPUT;

    LimiterState(long id) {
        this.id = id;
    }

    /// Takes a slot; `limit` 0 counts without limiting.
    boolean enter(int limit) {
        int before = (int) IN_FLIGHT.getAndAdd(this, 1);
        if (limit > 0 && before >= limit) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        IN_FLIGHT.getAndAdd(this, -1);
    }

    int inFlight() {
        return inFlight;
    }

    /// Takes one request.
    ///
    /// @return 0 if it was granted, else the nanoseconds until it would be
    long takeRequest(int limit, long now) {
        long cost = cost(1, limit);
        while (true) {
            long full = requests;
            long next = Math.max(full, now) + cost;
            if (next - now > MINUTE) {
                return next - now - MINUTE;
            }
            if (REQUESTS.compareAndSet(this, full, next)) {
                return 0;
            }
        }
    }

    void giveRequestBack(int limit) {
        REQUESTS.getAndAdd(this, -cost(1, limit));
    }

    /// Takes tokens. More than the bucket holds are granted when it is full, or such a request could never run.
    ///
    /// @return the bucket's new time, positive, if granted; else the nanoseconds until it would be, negated
    long takeTokens(long amount, long limit, long now) {
        long cost = Math.min(MINUTE, cost(amount, limit));
        while (true) {
            long full = tokens;
            long next = Math.max(full, now) + cost;
            if (next - now > MINUTE) {
                return -(next - now - MINUTE);
            }
            if (TOKENS.compareAndSet(this, full, next)) {
                return next;
            }
        }
    }

    /// Replaces a reservation by the truth. What was taken too much comes back only as far as it lies ahead of now:
    /// the rest has flowed back already.
    ///
    /// @param granted what [#takeTokens] gave
    void correctTokens(long granted, long reserved, long actual, long limit, long now) {
        long difference = cost(actual, limit) - Math.min(MINUTE, cost(reserved, limit));
        if (difference < 0) {
            TOKENS.getAndAdd(this, Math.max(difference, Math.min(0, now - granted)));
            return;
        }
        while (difference > 0) {
            long full = tokens;
            if (TOKENS.compareAndSet(this, full, Math.max(full, now) + difference)) {
                return;
            }
        }
    }

    long requestsRemaining(int limit, long now) {
        return (MINUTE - requestsReset(now)) / cost(1, limit);
    }

    /// Nanoseconds until all of the requests are there again.
    long requestsReset(long now) {
        return Math.max(0, requests - now);
    }

    long tokensRemaining(long limit, long now) {
        return (long) (Math.max(0, MINUTE - tokensReset(now)) / (double) MINUTE * limit);
    }

    long tokensReset(long now) {
        return Math.max(0, tokens - now);
    }

    /// The moving 90th percentile of output: a step up of nine for each larger value, a step down of one for each
    /// smaller, which rests where one in ten is larger. A lost update between threads is harmless.
    int usualOutput() {
        return usualOutput;
    }

    void learnOutput(long produced) {
        int usual = usualOutput;
        int step = Math.max(1, usual >> 6);
        usualOutput = produced > usual
                ? (int) Math.min(produced, Math.min(Integer.MAX_VALUE, usual + 9L * step))
                : Math.max(1, usual - step);
    }

    /// Whether forgetting this state changes nothing: nothing under way, both buckets full, nothing learnt.
    boolean isIdle(long now) {
        return inFlight == 0 && requests <= now && tokens <= now && usualOutput == FIRST_OUTPUT;
    }

    /// Nanoseconds that `amount` of `limit` per minute are worth; at least 1 for an amount above 0.
    private static long cost(long amount, long limit) {
        if (amount <= 0) {
            return 0;
        }
        long cost = amount <= Long.MAX_VALUE / MINUTE
                ? amount * MINUTE / limit
                : (long) Math.min(Long.MAX_VALUE / 4d, (double) amount / limit * MINUTE);
        return Math.max(1, cost);
    }
}
