package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// A request the simulator answers with an error, in OpenAI's envelope.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    private final String code;
    private final @Nullable String param;

    Refusal(int status, String code, @Nullable String param, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.param = param;
    }

    AnswerPlan plan() {
        return AnswerPlan.json(0, status, body(status, code, param, String.valueOf(getMessage())));
    }

    static Buffer body(int status, String code, @Nullable String param, String message) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode error = root.putObject("error");
        error.put("message", message);
        error.put("type", status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error");
        error.put("param", param);
        error.put("code", code);
        return Buffer.buffer(root.toString());
    }
}
