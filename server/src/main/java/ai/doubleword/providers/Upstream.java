package ai.doubleword.providers;

import ai.doubleword.platform.Problem;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How to reach a provider: an HTTP server, or a model in this process. Event-loop code: `send` and the exchange are
/// called on one event-loop context, and every callback of the listener comes back on that same context.
public interface Upstream {
    /// Sends one request. The listener gets either `failed` or `refused`, or `head`, any number of `chunk`s, then `end`
    /// or `failed`; nothing after that, and nothing after [Exchange#cancel].
    ///
    /// @param request what to send
    /// @param listener what to tell
    Exchange send(Request request, Listener listener);

    /// A text of the provider without the secrets that it was sent: some repeat them when they complain.
    default String withoutSecrets(String text) {
        return text;
    }

    /// One request to a provider.
    ///
    /// @param path below the provider's base URL, with a leading slash: `/chat/completions`
    /// @param body the JSON body, sent with its length
    /// @param traceparent the trace this belongs to
    /// @param stream whether a streamed answer is expected: then the whole-answer timeout does not apply
    record Request(String path, Buffer body, @Nullable String traceparent, boolean stream) {}

    /// A request under way.
    interface Exchange {
        /// Stops reading from the provider until [#resume]; this is how a slow client slows a fast provider.
        void pause();

        void resume();

        /// Ends the request at the provider too. Idempotent.
        void cancel();
    }

    /// Hears of one exchange. Not called concurrently.
    interface Listener {
        /// @param status the provider's HTTP status
        /// @param headers the few that matter, names in lower case: content-type, retry-after, content-length
        void head(int status, Map<String, String> headers);

        void chunk(Buffer data);

        void end();

        void failed(Failure failure);

        /// The provider's API has no words for the request, so it was not sent.
        ///
        /// @param problem what there are no words for
        default void refused(Problem problem) {
            failed(new Failure(Failure.Kind.PROTOCOL, problem.message()));
        }
    }

    /// Why a provider gave no whole answer.
    ///
    /// @param kind what happened
    /// @param detail for the operator's log, without credentials
    record Failure(Kind kind, String detail) {
        /// Closed set of failures, so that fallback and breaker can be exhaustive about them.
        public enum Kind {
            CONNECT,
            CONNECT_TIMEOUT,
            FIRST_BYTE_TIMEOUT,
            IDLE_TIMEOUT,
            TOTAL_TIMEOUT,
            DISCONNECTED,
            PROTOCOL,
            REFUSED_ADDRESS
        }
    }
}
