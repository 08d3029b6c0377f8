package ai.doubleword.batch;

import ai.doubleword.jsonl.LineEntry;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/// A line, read.
///
/// @param id of one that came singly, else 0
/// @param customId its user's name for it
/// @param endpoint what its `url` names
/// @param body the request
@SuppressWarnings("ArrayRecordComponent") // made once, then only read
record LineInput(long id, String customId, EndpointHandler endpoint, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();

    /// Reads what the index of a file says is there.
    static LineInput of(LineEntry entry, byte[] line) throws IOException {
        return new LineInput(
                0,
                customId(line),
                Endpoints.of(entry.endpoint()),
                Arrays.copyOfRange(line, entry.bodyOffset(), entry.bodyOffset() + entry.bodyLength()));
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
