package ai.doubleword.accounts;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/// Checks the token of forms, which stands in their body: after the session, and after the form was read.
@Singleton
final class CrossSiteFormFilter {
    private final Provider<CrossSite> crossSite;
    private final Provider<CurrentSession> session;

    CrossSiteFormFilter(Provider<CrossSite> crossSite, Provider<CurrentSession> session) {
        this.crossSite = crossSite;
        this.session = session;
    }

    @WithFormRead
    @ServerRequestFilter(priority = Priorities.AUTHENTICATION + 1)
    public void filter(ResteasyReactiveContainerRequestContext request) {
        if (session.get().awaitsProof()) {
            var context = (ResteasyReactiveRequestContext) request.getServerRequestContext();
            crossSite.get().checkForm((String) context.getFormParameter(CrossSite.FIELD, true, false));
        }
    }
}
