package ai.doubleword.platform;

import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Makes 63-bit, time-ordered ids: 41 bits of milliseconds since 2025, then 22 bits that start at random for each
/// millisecond and count up, so that ids of one node are strictly increasing and those of several nodes rarely meet.
///
/// Outside the database an id is a prefix and eleven base-62 digits: `req_0AbC…`. Thread-safe, lock-free.
public final class Ids {
    private static final long EPOCH_MILLIS = 1_735_689_600_000L;
    private static final int LOW_BITS = 22;

    private final Clock clock;
    private final RandomGenerator random;
    private final AtomicLong last = new AtomicLong();

    public Ids(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// The next id; larger than every id this object gave before, even when the clock steps back.
    public long next() {
        long now = (clock.millis() - EPOCH_MILLIS) << LOW_BITS;
        long previous = last.get();
        while (true) {
            // Half of the space is left for counting up within the millisecond.
            long candidate = now > previous ? now | random.nextInt(1 << (LOW_BITS - 1)) : previous + 1;
            long witness = last.compareAndExchange(previous, candidate);
            if (witness == previous) {
                return candidate;
            }
            previous = witness;
        }
    }

    /// The instant, in epoch milliseconds, at which an id was made.
    public static long millis(long id) {
        return (id >>> LOW_BITS) + EPOCH_MILLIS;
    }

    /// The smallest id that could be made at an instant: a bound for range queries over time-ordered ids.
    public static long first(long epochMillis) {
        return Math.max(0, epochMillis - EPOCH_MILLIS) << LOW_BITS;
    }

    /// An id as users see it, for example `format("req", id)` → `req_0000000abcD`.
    public static String format(String prefix, long id) {
        return prefix + '_' + Base62.encode(id, Base62.LONG_DIGITS);
    }

    /// Reads an id with its prefix or bare; nothing if it has another form.
    public static OptionalLong parse(String prefix, String text) {
        String bare = text.startsWith(prefix + '_') ? text.substring(prefix.length() + 1) : text;
        return bare.length() == Base62.LONG_DIGITS ? Base62.decode(bare) : OptionalLong.empty();
    }
}
