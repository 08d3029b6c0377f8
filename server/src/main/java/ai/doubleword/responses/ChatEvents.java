package ai.doubleword.responses;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.function.Consumer;

/// Reads what the gateway streams of a chat completion: whole events, each on one line, and comments. Stateless.
final class ChatEvents {
    private static final int DATA = "data: ".length();

    private ChatEvents() {}

    /// @param packet whole events, as the gateway gives them on
    /// @param chunk hears of the data of each that is a part of the answer
    /// @param comment hears of each comment, as it is to go on
    static void read(Buffer packet, Consumer<byte[]> chunk, Consumer<Buffer> comment) {
        byte[] bytes = packet.getBytes();
        int from = 0;
        for (int i = 1; i < bytes.length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\n') {
                if (bytes[from] == ':') {
                    comment.accept(Buffer.buffer(Arrays.copyOfRange(bytes, from, i + 1)));
                } else if (isChunk(bytes, from + DATA, i - 1)) {
                    chunk.accept(Arrays.copyOfRange(bytes, from + DATA, i - 1));
                }
                from = i + 1;
            }
        }
    }

    /// The mark of the end, and the error that the terminal says better, are none.
    private static boolean isChunk(byte[] bytes, int from, int to) {
        return to > from && bytes[from] == '{' && !startsWith(bytes, from, "{\"error\"");
    }

    private static boolean startsWith(byte[] bytes, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (from + i >= bytes.length || bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
