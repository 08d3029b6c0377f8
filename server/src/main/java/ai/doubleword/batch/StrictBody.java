package ai.doubleword.batch;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Makes an answer one that strict clients read. They check each line against their models of it, and one that does
/// not fit costs them all lines that came with it. What fits stays byte for byte. Stateless.
final class StrictBody {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final Set<String> CHAT_REASONS =
            Set.of("stop", "length", "tool_calls", "content_filter", "function_call");
    private static final Set<String> SERVICE_TIERS = Set.of("auto", "default", "flex", "scale", "priority");

    private StrictBody() {}

    /// @param body a JSON object that the gateway let through
    static byte[] of(byte[] body) {
        try {
            if (!(JSON.readTree(body) instanceof ObjectNode answer)) {
                return body;
            }
            return mend(answer) ? answer.toString().getBytes(StandardCharsets.UTF_8) : body;
        } catch (IOException e) {
            throw new IllegalStateException("the gateway let through what is no JSON", e);
        }
    }

    private static boolean mend(ObjectNode answer) {
        boolean changed = false;
        JsonNode tier = answer.get("service_tier");
        if (tier != null && !SERVICE_TIERS.contains(tier.asText())) {
            answer.remove("service_tier");
            changed = true;
        }
        if (answer.get("choices") instanceof ArrayNode choices) {
            for (JsonNode choice : choices) {
                if (choice instanceof ObjectNode one) {
                    changed |= mendChoice(one);
                }
            }
        }
        return changed;
    }

    private static boolean mendChoice(ObjectNode choice) {
        boolean changed = false;
        JsonNode calls = choice.path("message").path("tool_calls");
        String reason = choice.path("finish_reason").asText("");
        if (!choice.path("finish_reason").isTextual() || !CHAT_REASONS.contains(reason)) {
            choice.put("finish_reason", plainReason(reason, calls.size() > 0));
            changed = true;
        }
        for (JsonNode call : calls) {
            if (call instanceof ObjectNode one && !one.path("type").isTextual()) {
                one.put("type", "function");
                changed = true;
            }
        }
        return changed;
    }

    private static String plainReason(String reason, boolean calls) {
        return switch (reason) {
            case "max_tokens", "abort", "model_length" -> "length";
            case "tool_use", "tool_call" -> "tool_calls";
            case "safety", "content_filtered" -> "content_filter";
            default -> calls ? "tool_calls" : "stop";
        };
    }
}
