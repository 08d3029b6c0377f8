package ai.doubleword.models;

import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// Holds the answer to a change of the catalogue until this node's routing table has it, so that whoever reads
/// "created"
/// can call the model at once. Other nodes follow within half a second.
@Provider
@ChangesRoutes
final class RoutesSettled implements ContainerResponseFilter {
    private static final Logger LOG = Logger.getLogger(RoutesSettled.class);
    private static final long PATIENCE_SECONDS = 2;

    // Filters are made before the configuration can be read, feeds after it.
    private final Instance<RoutingFeed> feed;

    RoutesSettled(Instance<RoutingFeed> feed) {
        this.feed = feed;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() >= 400) {
            return;
        }
        try {
            feed.get().changes().refresh().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("The change is committed, and takes effect when the feed reads it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
