package ai.doubleword.accounts;

import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.UndeclaredRouteFilter;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/// What is asked of a signed-in browser once its form was read: first the token that stands in the form, then,
/// where the route says `confirmed`, a proof of who is there that is not old ([Confirmation]). One filter, for
/// their order matters: no other site may have passwords tried, and the frame runs those that read forms in no
/// order to rely on.
@Singleton
final class BrowserFilter {
    private final Provider<CrossSite> crossSite;
    private final Provider<Confirmation> confirmation;
    private final Provider<CurrentSession> session;
    private final Provider<SentForm> sent;

    BrowserFilter(
            Provider<CrossSite> crossSite,
            Provider<Confirmation> confirmation,
            Provider<CurrentSession> session,
            Provider<SentForm> sent) {
        this.crossSite = crossSite;
        this.confirmation = confirmation;
        this.session = session;
        this.sent = sent;
    }

    @WithFormRead
    @ServerRequestFilter(priority = Priorities.AUTHENTICATION + 1)
    public void filter(ResteasyReactiveContainerRequestContext request, ResourceInfo resource) {
        if (session.get().find().isEmpty()) {
            return;
        }
        SentForm form = sent.get();
        form.set(((ResteasyReactiveRequestContext) request.getServerRequestContext()).getFormData());
        crossSite.get().checkForm(form.first(CrossSite.FIELD).orElse(null));
        RoutePolicy policy =
                UndeclaredRouteFilter.policyOf(resource.getResourceMethod()).orElseThrow();
        if (policy.value() == Authentication.SESSION) {
            prove(form);
        }
        if (policy.confirmed()) {
            confirmation.get().require();
        }
    }

    /// Takes the code or the password that comes with a form. What was left empty is no try.
    private void prove(SentForm form) {
        Optional<String> code = form.first(Confirmation.CODE).filter(text -> !text.isBlank());
        Optional<String> password = form.first(Confirmation.PASSWORD).filter(text -> !text.isBlank());
        if ((code.isEmpty() && password.isEmpty()) || confirmation.get().isFresh()) {
            return;
        }
        if (code.isPresent()) {
            confirmation.get().byCode(code.get());
        } else {
            confirmation.get().byPassword(password.get());
        }
    }
}
