package ai.doubleword.responses;

import ai.doubleword.accounts.Caller;
import ai.doubleword.usage.RequestResult;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Leads from a request to the response that is stored of it, for who asked for it.
@Singleton
final class ResponseLink implements RequestResult {
    private final Responses responses;

    ResponseLink(Responses responses) {
        this.responses = responses;
    }

    @Override
    public Optional<Link> of(Caller caller, long request) {
        return responses
                .find(new Viewer(caller.account(), caller.user()), request)
                .map(found -> {
                    String name = StoredResponse.name(found.id());
                    return new Link("Response", name, "/responses/" + name);
                });
    }
}
