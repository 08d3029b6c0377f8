package ai.doubleword.batch;

import ai.doubleword.gateway.Dialect;

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
    /// @param line id that its submitter chose
    /// @param body as it was submitted
    /// @throws ai.doubleword.platform.ProblemException for a line that cannot run: it fails with that
    Request request(long line, byte[] body);

    /// A request to a model.
    ///
    /// @param body in the handler's dialect
    /// @param answer makes the line's result of a good, whole answer
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Request(byte[] body, Answer answer) {}

    /// Makes a result of an answer.
    @FunctionalInterface
    interface Answer {
        /// @param body a JSON object that the gateway let through
        /// @return a JSON object
        byte[] result(byte[] body);
    }
}
