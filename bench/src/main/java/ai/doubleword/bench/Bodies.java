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
        return ("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                        + "accept: application/json\r\nuser-agent: bench\r\nauthorization: Bearer " + key + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] rest(String model, int about, boolean stream) {
        String body = chat(model, about, stream);
        return ("content-length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    }

    /// A chat request whose text fills it up to about so many bytes.
    static String chat(String model, int about, boolean stream) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("model", model);
        ObjectNode message = root.putArray("messages").addObject().put("role", "user");
        int room = Math.max(16, about - 120);
        message.put("content", FILLER.repeat(room / FILLER.length() + 1).substring(0, room));
        root.put("temperature", 0.7);
        root.put("stream", stream);
        return root.toString();
    }
}
