package ai.doubleword.audit;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Caller.Credential;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Session;
import ai.doubleword.keys.ApiKey;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.RequestId;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The caller of the request under way; the program itself where there is none.
@Singleton
final class RequestActor implements ActorSource {
    private final CurrentCaller caller;
    private final CurrentVertxRequest request;
    private final ClientAddress client;

    RequestActor(CurrentCaller caller, CurrentVertxRequest request, ClientAddress client) {
        this.caller = caller;
        this.request = request;
        this.client = client;
    }

    @Override
    public Actor current() {
        if (!Arc.container().requestContext().isActive() || request.getCurrent() == null) {
            return Actor.PROGRAM;
        }
        Optional<Caller> known = caller.find();
        return new Actor(
                known.map(Caller::user).orElse(0L),
                known.map(Caller::credential).map(RequestActor::text).orElse(""),
                client.get().getHostAddress(),
                RequestId.of(request.getCurrent()).text());
    }

    private static String text(Credential credential) {
        return switch (credential) {
            case Credential.Key(String id) -> ApiKey.PREFIX + '_' + id;
            case Credential.Browser(long id) -> Ids.format(Session.PREFIX, id);
            case Credential.Device(long id) -> Ids.format(Credential.Device.PREFIX, id);
            case Credential.Operator() -> "operator";
        };
    }
}
