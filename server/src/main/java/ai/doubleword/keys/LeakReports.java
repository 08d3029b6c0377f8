package ai.doubleword.keys;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/// Keys that somebody found where they should not be. Whoever shows a whole key may end it; nothing else is
/// learned from asking, and asking is limited per address. Blocking, thread-safe.
@Singleton
final class LeakReports {
    private static final Logger LOG = Logger.getLogger(LeakReports.class);
    private static final int PER_ADDRESS = 30;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Keys keys;
    private final KeyRing ring;
    private final RingFeed feed;
    private final Cache<InetAddress, AtomicInteger> asked;

    @Inject
    LeakReports(Keys keys, KeyRing ring, RingFeed feed) {
        this(keys, ring, feed, Ticker.systemTicker());
    }

    LeakReports(Keys keys, KeyRing ring, RingFeed feed, Ticker ticker) {
        this.keys = keys;
        this.ring = ring;
        this.feed = feed;
        this.asked = Caffeine.newBuilder()
                .maximumSize(10_000)
                .expireAfterWrite(WINDOW)
                .ticker(ticker)
                .build();
    }

    /// @throws ProblemException `rate_limit_requests` above 30 reports a minute from one address
    void admit(InetAddress reporter) {
        AtomicInteger count = Objects.requireNonNull(asked.get(reporter, address -> new AtomicInteger()));
        if (count.incrementAndGet() > PER_ADDRESS) {
            throw new ProblemException(Problem.retry(
                    ErrorCode.RATE_LIMIT_REQUESTS,
                    "At most " + PER_ADDRESS + " reports a minute. One report may carry many keys.",
                    WINDOW));
        }
    }

    /// Revokes a key and cuts its streams.
    ///
    /// @param where the place it was found; may be empty
    /// @return whether it was a key of this server
    boolean report(String token, String where, InetAddress reporter) {
        if (KeyFormat.check(token) == null) {
            return false;
        }
        if (!ring.genuine(token) && !(feed.refresh().toCompletableFuture().join() && ring.genuine(token))) {
            return false;
        }
        String id = KeyFormat.id(token);
        String because =
                "leaked: reported by " + reporter.getHostAddress() + (where.isEmpty() ? "" : ", found at " + where);
        return keys.accountOf(id)
                .map(account -> {
                    keys.end(account, id, because);
                    LOG.warnf("Key %s was reported as leaked and is revoked", id);
                    return true;
                })
                .orElse(false);
    }
}
