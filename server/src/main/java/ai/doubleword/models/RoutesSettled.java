package ai.doubleword.models;

import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;

/// Holds the answer to a change of the catalogue until this node's routing table has it, so that whoever reads
/// "created" can call the model at once. Other nodes follow within half a second.
@Provider
@ChangesRoutes
final class RoutesSettled implements ContainerResponseFilter {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    // Filters are made before the configuration can be read, feeds after it.
    private final Instance<RoutingFeed> feed;

    RoutesSettled(Instance<RoutingFeed> feed) {
        this.feed = feed;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() < 400) {
            feed.get().settle(PATIENCE);
        }
    }
}
