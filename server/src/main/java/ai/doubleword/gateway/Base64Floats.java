package ai.doubleword.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/// Turns the float arrays of an embeddings answer into base64 of little-endian 32-bit floats, for clients that asked
/// for it and decode blindly. One streaming pass; arrays that are base64 already are left alone.
final class Base64Floats {
    private static final JsonFactory JSON = new JsonFactory();

    private Base64Floats() {}

    /// Adds an edit for each `data[].embedding` that is an array of numbers.
    static void encode(Bytes answer, Edits edits) {
        try (JsonParser parser = JSON.createParser(answer.array(), answer.from(), answer.to() - answer.from())) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("data") && value == JsonToken.START_ARRAY) {
                    items(parser, edits);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the answer was scanned before", e);
        }
    }

    private static void items(JsonParser parser, Edits edits) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("embedding") && value == JsonToken.START_ARRAY) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    byte[] text = floats(parser);
                    edits.replace(from, (int) parser.currentLocation().getByteOffset(), text);
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private static byte[] floats(JsonParser parser) throws IOException {
        ByteBuffer floats = ByteBuffer.allocate(4 * 1024).order(ByteOrder.LITTLE_ENDIAN);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (floats.remaining() < 4) {
                floats = ByteBuffer.wrap(Arrays.copyOf(floats.array(), floats.capacity() * 2))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(floats.position());
            }
            floats.putFloat(parser.getFloatValue());
        }
        byte[] encoded = Base64.getEncoder().encode(Arrays.copyOf(floats.array(), floats.position()));
        byte[] quoted = new byte[encoded.length + 2];
        quoted[0] = '"';
        System.arraycopy(encoded, 0, quoted, 1, encoded.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }
}
