package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;

/// Server-sent events as OpenAI writes them.
final class Events {
    static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    private Events() {}

    static Buffer data(JsonNode json) {
        return Buffer.buffer("data: " + json + "\n\n");
    }
}
