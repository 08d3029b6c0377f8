package ai.doubleword.responses;

import ai.doubleword.accounts.Caller;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.usage.RequestResult;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Leads from a request to the response that is stored of it, for who asked for it.
@Singleton
final class ResponseLink implements RequestResult {
    private static final Logger LOG = Logger.getLogger(ResponseLink.class);

    private final Responses responses;

    ResponseLink(Responses responses) {
        this.responses = responses;
    }

    @Override
    public Optional<Link> of(Caller caller, Request request) {
        return find(caller, request).map(found -> {
            String name = StoredResponse.name(found.id());
            return new Link("Response", name, "/responses/" + name);
        });
    }

    private Optional<StoredResponse> find(Caller caller, Request request) {
        try {
            return responses.of(new Viewer(caller.account(), caller.user()), request);
        } catch (ProblemException e) {
            LOG.debug("The store of responses does not answer; the rest of the page is still right", e);
            return Optional.empty();
        }
    }
}
