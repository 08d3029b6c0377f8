package ai.doubleword.batch;

import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Finds the result of one line in a segment. Stateless.
final class SingleResults {
    private static final JsonFactory JSON = new JsonFactory();

    private SingleResults() {}

    /// @param position of the line in its pack
    /// @throws IOException if the store does not answer, or the segment is not what was written
    static SingleState read(BlobStore blobs, SegmentStore.Segment segment, int position) throws IOException {
        byte[] all = blobs.readFully(
                segment.bytes().blob(),
                segment.bytes().offset(),
                Math.toIntExact(segment.bytes().bytes()));
        int text = segment.okBytes() + segment.failedBytes();
        ByteBuffer positions = ByteBuffer.wrap(all, text, all.length - text);
        for (int line = 0; line < segment.ok() + segment.failed(); line++) {
            if (positions.getInt() == position) {
                return parse(line(all, text, line));
            }
        }
        throw new IOException("a segment does not hold line " + position + " of its pack");
    }

    private static byte[] line(byte[] all, int end, int wanted) throws IOException {
        int from = 0;
        int line = 0;
        for (int i = 0; i < end; i++) {
            if (all[i] == '\n') {
                if (line == wanted) {
                    return Arrays.copyOfRange(all, from, i);
                }
                line++;
                from = i + 1;
            }
        }
        throw new IOException("a segment has only " + line + " lines");
    }

    /// Takes a line of [ResultLine] apart; the answer's bytes stay as they are.
    private static SingleState parse(byte[] line) throws IOException {
        long request = 0;
        byte[] body = null;
        String code = "";
        String message = "";
        int status = 0;
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("id")) {
                    request = Ids.parse("batch_req", parser.getText()).orElse(0);
                } else if (value == JsonToken.START_OBJECT) {
                    // `response` or `error`
                    for (String part = parser.nextFieldName(); part != null; part = parser.nextFieldName()) {
                        parser.nextToken();
                        switch (part) {
                            case "body" -> body = raw(parser, line);
                            case "code" -> code = parser.getText();
                            case "message" -> message = parser.getText();
                            case "status_code" -> status = parser.getIntValue();
                            default -> parser.skipChildren();
                        }
                    }
                }
            }
        }
        return body == null
                ? new SingleState.Failed(request, code, message, status)
                : new SingleState.Completed(request, body);
    }

    private static byte[] raw(JsonParser parser, byte[] line) throws IOException {
        int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        return Arrays.copyOfRange(
                line, from, Math.toIntExact(parser.currentLocation().getByteOffset()));
    }
}
