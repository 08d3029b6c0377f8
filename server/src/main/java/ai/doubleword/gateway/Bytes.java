package ai.doubleword.gateway;

import ai.doubleword.jsonl.TokenEstimate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// A buffer's bytes as an array with bounds, without copying where the buffer lives on the heap.
// Vert.x deprecates the door to Netty's buffers, but has no other public one that does not copy; the array is shared on
// purpose.
@SuppressWarnings({"deprecation", "ArrayRecordComponent"})
record Bytes(byte[] array, int from, int to) {
    static Bytes of(Buffer buffer) {
        ByteBuf bytes = buffer.getByteBuf();
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.readerIndex();
            return new Bytes(bytes.array(), from, from + bytes.readableBytes());
        }
        byte[] copy = buffer.getBytes();
        return new Bytes(copy, 0, copy.length);
    }

    /// A buffer over an array that nobody changes any more.
    static Buffer buffer(byte[] array) {
        return Buffer.buffer(Unpooled.wrappedBuffer(array));
    }

    static Buffer buffer(byte[] array, int from, int to) {
        return Buffer.buffer(Unpooled.wrappedBuffer(array, from, to - from));
    }

    /// About how many tokens a body is.
    static long tokens(Buffer body) {
        Bytes bytes = of(body);
        return TokenEstimate.ofText(bytes.array, bytes.from, bytes.to);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// A text as a JSON string, quotes included.
    static byte[] quoted(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                char[] escaped = com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance()
                        .quoteAsString(text);
                return ('"' + new String(escaped) + '"').getBytes(StandardCharsets.UTF_8);
            }
        }
        byte[] quoted = new byte[text.length() + 2];
        quoted[0] = '"';
        for (int i = 0; i < text.length(); i++) {
            quoted[i + 1] = (byte) text.charAt(i);
        }
        quoted[quoted.length - 1] = '"';
        return quoted;
    }

    /// Where a needle first stands in the range, or -1.
    static int find(byte[] array, int from, int to, byte[] needle) {
        int last = to - needle.length;
        for (int i = from; i <= last; i++) {
            if (array[i] == needle[0] && startsWith(array, i, needle)) {
                return i;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] array, int at, byte[] prefix) {
        return at + prefix.length <= array.length
                && java.util.Arrays.equals(array, at, at + prefix.length, prefix, 0, prefix.length);
    }
}
