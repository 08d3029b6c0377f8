package ai.doubleword.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/// One request to the simulator.
///
/// @param method the HTTP method, in upper case
/// @param path with or without the leading `/v1`: `/v1/chat/completions` and `/chat/completions` are the same
/// @param headers names in lower case
/// @param body the JSON body, empty for GET
public record SimulatedRequest(String method, String path, Map<String, String> headers, Buffer body) {
    /// A POST without headers.
    public static SimulatedRequest post(String path, Buffer body) {
        return new SimulatedRequest("POST", path, Map.of(), body);
    }
}
