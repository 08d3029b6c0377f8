package ai.doubleword.limits;

import org.jspecify.annotations.Nullable;

/// What one request took from the limiter, to be given back by exactly one of [#settle] and [#cancel]; a second call
/// does nothing. One per request, not thread-safe; the only allocation of a limit check.
public final class Permit {
    /// Whose limit it is.
    public enum Layer {
        KEY,
        ACCOUNT,
        MODEL
    }

    /// What the limiter said.
    public enum Outcome {
        GRANTED,
        REQUESTS,
        TOKENS,
        CONCURRENCY
    }

    final Limiter limiter;

    @Nullable
    LimiterState key;

    @Nullable
    LimiterState account;

    @Nullable
    LimiterState model;

    Rates keyRates = Rates.UNLIMITED;
    Rates accountRates = Rates.UNLIMITED;
    Rates modelRates = Rates.UNLIMITED;
    long keyTokens;
    long accountTokens;
    long modelTokens;
    long reserved;
    Layer layer = Layer.KEY;
    long limit;
    long waitNanos;
    Outcome refused = Outcome.GRANTED;

    Permit(Limiter limiter) {
        this.limiter = limiter;
    }

    long refuse(Outcome outcome, Layer whose, long reached, long wait) {
        refused = outcome;
        layer = whose;
        limit = reached;
        waitNanos = wait;
        return -1;
    }

    /// After a refusal: whose limit was reached.
    public Layer refusedBy() {
        return layer;
    }

    /// After a refusal: the limit that was reached.
    public long limit() {
        return limit;
    }

    /// After a refusal: nanoseconds until a try makes sense.
    public long waitNanos() {
        return waitNanos;
    }

    /// The tokens that were set aside.
    public long reservedTokens() {
        return reserved;
    }

    /// The request is over: its slots are free, and the tokens it really used count.
    ///
    /// @param total input and output tokens used
    /// @param output output tokens of a whole answer, from which the model's usual output is learnt; -1 for none
    public void settle(long total, long output) {
        limiter.settle(this, total, output);
    }

    /// The request was not dispatched: everything it took is given back.
    public void cancel() {
        limiter.cancel(this);
    }
}
