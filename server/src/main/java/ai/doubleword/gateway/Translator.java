package ai.doubleword.gateway;

import ai.doubleword.keys.Principal;

/// Takes what clients send in a dialect that models are not asked in, and submits what it makes of it to the [Gateway].
/// A bean of this type is asked for its dialect.
public interface Translator {
    Dialect dialect();

    /// Whether the answer to a call that says nothing of `store` is not to be kept. Never blocks.
    default boolean keepsNothing(Principal principal) {
        return false;
    }

    /// As [Gateway#submit], but that the call's body is as the client wrote it.
    Gateway.Ticket submit(Principal principal, Call call, Sink sink);
}
