package ai.doubleword.gateway;

import ai.doubleword.models.Model;
import ai.doubleword.platform.Problem;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.UsageRecord;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who hears of a call: an HTTP response, a batch line, the playground. All callbacks come on the context that the call
/// was submitted on: `about` and `head` at most once, then `chunk`s, then `end` exactly once, always.
public interface Sink {
    /// The model that the call is for, as soon as that is known: before everything else, not for a call without one.
    default void about(Model model) {}

    /// The answer begins.
    ///
    /// @param status what to tell the client
    /// @param headers names in lower case; without hop-by-hop headers
    /// @param length the body's length if it is known, else -1
    void head(int status, Map<String, String> headers, long length);

    /// A part of the body.
    ///
    /// @return whether more is wanted now; after false, [Gateway.Ticket#demand] asks for more
    boolean chunk(Buffer data);

    /// The call is over and its usage is durable.
    void end(Terminal terminal);

    /// How a call ended. Exactly one per call.
    ///
    /// @param cause the one cause
    /// @param problem what to answer where `head` was not called; present for refusals and failures
    /// @param record the usage record; absent where the call was refused without one
    record Terminal(
            Cause cause,
            @Nullable Problem problem,
            @Nullable UsageRecord record) {}
}
