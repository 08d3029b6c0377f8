package ai.doubleword.gateway;

import ai.doubleword.keys.Principal;

/// The one way in to models. Everything that calls one comes through here: HTTP, batch lines, the playground.
public interface Gateway {
    /// Admits and relays a call. Must be called on an event-loop context; the sink hears on that context. Never blocks
    /// and never throws: every outcome is a [Sink.Terminal].
    Ticket submit(Principal principal, Call call, Sink sink);

    /// A call under way, as its caller holds it. Call on the context it was submitted on.
    interface Ticket {
        /// The sink takes more chunks.
        void demand();

        /// The caller is gone: the upstream is cancelled, what was produced is recorded. Idempotent.
        void abandon();
    }
}
