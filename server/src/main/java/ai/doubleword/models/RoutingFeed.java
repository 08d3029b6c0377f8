package ai.doubleword.models;

import ai.doubleword.platform.ChangeFeed;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// The feed that keeps the routing table true: a type of its own, for other packages have feeds too.
///
/// @param changes started by [ModelBeans]
record RoutingFeed(ChangeFeed changes) {
    private static final Logger LOG = Logger.getLogger(RoutingFeed.class);

    /// Waits until this node routes by what was committed before this call, but no longer than `patience`: then it
    /// does so when the feed reads it.
    void settle(Duration patience) {
        try {
            changes.refresh().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("The change is committed, and takes effect when the feed reads it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
