package ai.doubleword.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/// Requests as they go over the wire, in two parts so that keys and models can be combined freely: everything up to
/// and including the key, and everything after it.
final class Bodies {
    private static final String FILLER =
            "Explain how a ledger keeps what each account owes, and why it never forgets. ";

    private Bodies() {}

    static byte[] head(String key) {
        return head("POST /v1/chat/completions", key);
    }

    /// @param line method and path
    static byte[] head(String line, String key) {
        return (line + " HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                        + "accept: application/json\r\nuser-agent: bench\r\nauthorization: Bearer " + key + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] rest(String model, int about, boolean stream) {
        return rest(chat(model, about, stream));
    }

    /// @param body empty for none
    static byte[] rest(String body) {
        String length = body.isEmpty() ? "" : "content-length: " + body.length() + "\r\n";
        return (length + "\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    }

    /// A request for a response that says the same.
    static String response(String model, int about, boolean background) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("model", model);
        root.put("input", filler(about));
        root.put("temperature", 0.7);
        if (background) {
            root.put("background", true);
        }
        return root.toString();
    }

    private static String filler(int about) {
        int room = Math.max(16, about - 120);
        return FILLER.repeat(room / FILLER.length() + 1).substring(0, room);
    }

    /// A chat request whose text fills it up to about so many bytes.
    static String chat(String model, int about, boolean stream) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("model", model);
        ObjectNode message = root.putArray("messages").addObject().put("role", "user");
        message.put("content", filler(about));
        root.put("temperature", 0.7);
        root.put("stream", stream);
        return root.toString();
    }
}
