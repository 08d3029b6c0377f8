package ai.doubleword.limits;

import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Requests per minute, tokens per minute and concurrency of key families, accounts and models.
///
/// State is keyed by identity and lives here; the limits themselves are passed in with each request, so a change of
/// configuration takes effect at the next one and never resets what was used. Cost: three hash probes and at most nine
/// atomic operations a request, no lock and no allocation but the [Permit]. Every method may be called from any thread
/// and never blocks, except that the first request of an identity takes a short lock.
///
/// Only inference requests are counted: the gateway calls this, nothing else does.
@Singleton
public final class Limiter {
    private static final LimiterState FULL = new LimiterState(0);

    private final LongSupplier clock;
    private final LimiterTable keys = new LimiterTable();
    private final LimiterTable accounts = new LimiterTable();
    private final LimiterTable models = new LimiterTable();

    Limiter() {
        this(new MonotonicNanos());
    }

    /// @param clock nanoseconds, never backwards, zero or more
    public Limiter(LongSupplier clock) {
        this.clock = clock;
    }

    /// A permit to be filled by [#acquire].
    public Permit permit() {
        return new Permit(this);
    }

    /// Asks for one request. On anything but `GRANTED` nothing stays taken, and the permit says who refused.
    ///
    /// @param permit fresh from [#permit]
    /// @param input estimated input tokens
    /// @param maxOutput output tokens that the request allows for each of its choices; 0 if it does not say,
    ///     then the model's usual output is assumed
    /// @param choices how many answers it asks for
    public Permit.Outcome acquire(
            Permit permit,
            long family,
            Rates keyRates,
            long account,
            Rates accountRates,
            long model,
            Rates modelRates,
            long input,
            long maxOutput,
            int choices) {
        LimiterState modelState = models.of(model);
        permit.keyRates = keyRates;
        permit.accountRates = accountRates;
        permit.modelRates = modelRates;
        permit.reserved = input + choices * (maxOutput > 0 ? maxOutput : modelState.usualOutput());
        long now = clock.getAsLong();
        permit.key = keys.of(family);
        permit.keyTokens = take(permit, permit.key, keyRates, Permit.Layer.KEY, now);
        if (permit.keyTokens >= 0) {
            permit.account = accounts.of(account);
            permit.accountTokens = take(permit, permit.account, accountRates, Permit.Layer.ACCOUNT, now);
            if (permit.accountTokens >= 0) {
                permit.model = modelState;
                permit.modelTokens = take(permit, modelState, modelRates, Permit.Layer.MODEL, now);
                if (permit.modelTokens >= 0) {
                    return Permit.Outcome.GRANTED;
                }
                permit.model = null;
                release(permit.account, accountRates, permit.accountTokens, permit.reserved, now);
            }
            permit.account = null;
            release(permit.key, keyRates, permit.keyTokens, permit.reserved, now);
        }
        permit.key = null;
        return permit.refused;
    }

    /// What is left for a key, whatever model it calls; a key that was never used has everything left.
    public Standing standing(long family, Rates keyRates, long account, Rates accountRates) {
        return standing(family, keyRates, account, accountRates, 0, Rates.UNLIMITED);
    }

    /// What is left for a key that calls a model.
    public Standing standing(
            long family, Rates keyRates, long account, Rates accountRates, long model, Rates modelRates) {
        Tightest tightest = new Tightest(clock.getAsLong());
        tightest.also(keys.peek(family), keyRates);
        tightest.also(accounts.peek(account), accountRates);
        tightest.also(models.peek(model), modelRates);
        return tightest.standing();
    }

    @Scheduled(every = "1m", identity = "limiter-forget")
    void forgetIdle() {
        evictIdle();
    }

    /// Forgets identities whose state nobody would miss.
    ///
    /// @return how many are left
    public int evictIdle() {
        long now = clock.getAsLong();
        return keys.evictIdle(now) + accounts.evictIdle(now) + models.evictIdle(now);
    }

    void settle(Permit permit, long total, long output) {
        long now = clock.getAsLong();
        finish(permit.key, permit.keyRates, permit.keyTokens, permit.reserved, total, now);
        finish(permit.account, permit.accountRates, permit.accountTokens, permit.reserved, total, now);
        LimiterState model = permit.model;
        finish(model, permit.modelRates, permit.modelTokens, permit.reserved, total, now);
        if (model != null && output >= 0) {
            model.learnOutput(output);
        }
        forget(permit);
    }

    void cancel(Permit permit) {
        long now = clock.getAsLong();
        release(permit.key, permit.keyRates, permit.keyTokens, permit.reserved, now);
        release(permit.account, permit.accountRates, permit.accountTokens, permit.reserved, now);
        release(permit.model, permit.modelRates, permit.modelTokens, permit.reserved, now);
        forget(permit);
    }

    private static void forget(Permit permit) {
        permit.key = null;
        permit.account = null;
        permit.model = null;
    }

    /// @return the token bucket's time (0 without a token limit), or -1 after a refusal
    private static long take(Permit permit, LimiterState state, Rates rates, Permit.Layer layer, long now) {
        if (!state.enter(rates.concurrentRequests())) {
            // Nobody knows when a slot gets free: a second is what a client can do with.
            return permit.refuse(Permit.Outcome.CONCURRENCY, layer, rates.concurrentRequests(), 1_000_000_000L);
        }
        if (rates.requestsPerMinute() > 0) {
            long wait = state.takeRequest(rates.requestsPerMinute(), now);
            if (wait > 0) {
                state.leave();
                return permit.refuse(Permit.Outcome.REQUESTS, layer, rates.requestsPerMinute(), wait);
            }
        }
        if (rates.tokensPerMinute() > 0) {
            long granted = state.takeTokens(permit.reserved, rates.tokensPerMinute(), now);
            if (granted < 0) {
                state.leave();
                if (rates.requestsPerMinute() > 0) {
                    state.giveRequestBack(rates.requestsPerMinute());
                }
                return permit.refuse(Permit.Outcome.TOKENS, layer, rates.tokensPerMinute(), -granted);
            }
            return granted;
        }
        return 0;
    }

    private static void release(@Nullable LimiterState state, Rates rates, long granted, long reserved, long now) {
        if (state != null && rates.requestsPerMinute() > 0) {
            state.giveRequestBack(rates.requestsPerMinute());
        }
        finish(state, rates, granted, reserved, 0, now);
    }

    private static void finish(
            @Nullable LimiterState state, Rates rates, long granted, long reserved, long actual, long now) {
        if (state == null) {
            return;
        }
        state.leave();
        if (rates.tokensPerMinute() > 0) {
            state.correctTokens(granted, reserved, actual, rates.tokensPerMinute(), now);
        }
    }

    /// Finds, of each kind, the limit that has least left. Lives for one [#standing].
    private static final class Tightest {
        private final long now;
        private int requestLimit;
        private long requestsLeft;
        private LimiterState requests = FULL;
        private long tokenLimit;
        private long tokensLeft;
        private LimiterState tokens = FULL;
        private int concurrentLimit;
        private int concurrent;

        Tightest(long now) {
            this.now = now;
        }

        void also(@Nullable LimiterState used, Rates rates) {
            LimiterState state = used == null ? FULL : used;
            if (rates.requestsPerMinute() > 0) {
                long left = state.requestsRemaining(rates.requestsPerMinute(), now);
                if (requestLimit == 0 || left < requestsLeft) {
                    requestLimit = rates.requestsPerMinute();
                    requestsLeft = left;
                    requests = state;
                }
            }
            if (rates.tokensPerMinute() > 0) {
                long left = state.tokensRemaining(rates.tokensPerMinute(), now);
                if (tokenLimit == 0 || left < tokensLeft) {
                    tokenLimit = rates.tokensPerMinute();
                    tokensLeft = left;
                    tokens = state;
                }
            }
            int slots = rates.concurrentRequests();
            if (slots > 0 && (concurrentLimit == 0 || slots - state.inFlight() < concurrentLimit - concurrent)) {
                concurrentLimit = slots;
                concurrent = state.inFlight();
            }
        }

        Standing standing() {
            return new Standing(
                    requestLimit,
                    requestsLeft,
                    requests.requestsReset(now),
                    tokenLimit,
                    tokensLeft,
                    tokens.tokensReset(now),
                    concurrentLimit,
                    concurrent);
        }
    }

    /// Nanoseconds since it was made.
    private static final class MonotonicNanos implements LongSupplier {
        private final long origin = System.nanoTime();

        @Override
        public long getAsLong() {
            return System.nanoTime() - origin;
        }
    }
}
