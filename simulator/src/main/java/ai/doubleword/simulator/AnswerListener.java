package ai.doubleword.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/// Hears one answer, always on the context that [SimulatedModels#answer] was given and never before that call
/// returned: either `cut`, or `head`, any number of `chunk`s, then `end` or `cut`; nothing after that, and nothing
/// after [SimulatedExchange#cancel]. An answer that stalls hears nothing more until it is cancelled.
public interface AnswerListener {
    /// @param status the HTTP status
    /// @param headers names in lower case; `content-length` where the length is known (a fault may make it wrong)
    void head(int status, Map<String, String> headers);

    /// @param data the next bytes of the body; the listener may keep but not change it
    void chunk(Buffer data);

    void end();

    /// The connection broke: what an HTTP client would see as a reset.
    void cut();
}
