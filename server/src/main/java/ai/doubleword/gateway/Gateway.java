package ai.doubleword.gateway;

import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.Tier;
import java.util.Optional;

/// The one way in to models. Everything that calls one comes through here: HTTP, batch lines, the playground.
public interface Gateway {
    /// Admits and relays a call. Must be called on an event-loop context; the sink hears on that context. Never blocks
    /// and never throws: every outcome is a [Sink.Terminal].
    Ticket submit(Principal principal, Call call, Sink sink);

    /// Records a call as refused that somebody in front found wrong, and ends its sink with that. As [#submit]
    /// otherwise.
    void refuse(Principal principal, Call call, Problem problem, Sink sink);

    /// Why a key may not have a model run in a tier, as far as that is known before there is a request: the model, the
    /// key's scopes, the price. Never blocks; any thread.
    Optional<Problem> refusal(Principal principal, Dialect dialect, String model, Tier tier);

    /// Tells where flex calls get their room from; until then they are refused.
    void flexBy(FlexRoom room);

    /// A call under way, as its caller holds it. Call on the context it was submitted on.
    interface Ticket {
        /// The sink takes more chunks.
        void demand();

        /// The caller is gone: the upstream is cancelled, what was produced is recorded. Idempotent.
        void abandon();
    }
}
