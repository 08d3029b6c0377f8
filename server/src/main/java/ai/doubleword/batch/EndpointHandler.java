package ai.doubleword.batch;

import ai.doubleword.gateway.AsWritten;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.usage.TokenUsage;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How requests of one endpoint are run: what a model is asked, and what becomes of its answer. A bean of this
/// type adds an endpoint to those that single lines may name. Thread-safe; its methods may block.
public interface EndpointHandler {
    /// The path below `/v1/`; kept with each line, so it never changes.
    String endpoint();

    /// The format that models are asked in. By it rights, types of models and prices are checked when a line
    /// comes.
    Dialect dialect();

    /// Makes what is sent to the model. Called for each try of a line, maybe on another node and long after it
    /// came.
    ///
    /// @param line id that its submitter chose; 0 for a line of a file
    /// @param attempt greater than that of each try of the line that may have got a part of an answer before
    /// @param body as it was submitted
    /// @throws ai.doubleword.platform.ProblemException for a line that cannot run: it fails with that
    Request request(long line, int attempt, byte[] body);

    /// A request to a model.
    ///
    /// @param body as models get it
    /// @param asWritten what models get that speak the handler's dialect, where that is a translated one
    /// @param answer makes the line's result of a good answer
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Request(byte[] body, @Nullable AsWritten asWritten, Answer answer) {}

    /// Makes a result of an answer.
    @FunctionalInterface
    interface Answer {
        /// @param body a JSON object that the gateway let through
        /// @param used what the answer took
        Result result(byte[] body, TokenUsage used);
    }

    /// Takes an answer as the model gives it, where the request asked for that; its body is empty then.
    interface Streamed extends Answer {
        /// Takes whole events and comments, on an event loop; must not block.
        void chunk(Buffer events);

        /// The try has ended, with a result or without. Always called, once, after all else.
        void over();
    }

    /// A result.
    ///
    /// @param body a JSON object
    /// @param whole false for an answer that ended early
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Result(byte[] body, boolean whole) {}

    /// What webhooks hear when a single line has ended; nothing by default.
    ///
    /// @param line id that its submitter chose
    default Optional<News> news(long line, LineEnd end) {
        return Optional.empty();
    }

    /// An event of the account whose line it is.
    ///
    /// @param data as in [ai.doubleword.platform.AccountEvent]
    record News(AccountEventType type, Map<String, Object> data) {}
}
