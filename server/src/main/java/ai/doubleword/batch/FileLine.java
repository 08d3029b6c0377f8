package ai.doubleword.batch;

import ai.doubleword.jsonl.LineEntry;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/// A line of an input file, read.
///
/// @param customId its user's name for it
/// @param body the request
@SuppressWarnings("ArrayRecordComponent") // made once, then only read
record FileLine(String customId, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();

    /// Reads what the index says is there.
    static FileLine of(LineEntry entry, byte[] line) throws IOException {
        return new FileLine(
                customId(line), Arrays.copyOfRange(line, entry.bodyOffset(), entry.bodyOffset() + entry.bodyLength()));
    }

    private static String customId(byte[] line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("custom_id") && value == JsonToken.VALUE_STRING) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
        }
        throw new IOException("a line of an input file has no custom_id");
    }
}
