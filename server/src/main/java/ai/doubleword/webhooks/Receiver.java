package ai.doubleword.webhooks;

import java.time.Duration;
import java.util.Map;

/// What takes an event to an endpoint. Blocks.
interface Receiver {
    /// Sends it once; what goes wrong is an answer, too.
    Answer send(String url, Map<String, String> headers, String body) throws InterruptedException;

    /// What came of it.
    sealed interface Answer {
        /// The endpoint answered.
        ///
        /// @param beginning the first bytes of its answer, as text
        /// @param retryAfter how long it wants us to wait; zero for no wish
        record Said(int status, String beginning, Duration retryAfter) implements Answer {}

        /// No answer came.
        ///
        /// @param problem why, for the owner of the endpoint
        record None(String problem) implements Answer {}
    }
}
