package ai.doubleword.batch;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Writes the lines of output and error files, newline included. Stateless.
final class ResultLine {
    private static final JsonFactory JSON = new JsonFactory();

    private ResultLine() {}

    /// A line that was answered.
    ///
    /// @param body the answer, a JSON object, in one line or many
    static byte[] answered(long request, String customId, byte[] body) {
        return write(request, customId, json -> {
            json.writeObjectFieldStart("response");
            json.writeNumberField("status_code", 200);
            json.writeStringField("request_id", Ids.format("req", request));
            json.writeFieldName("body");
            json.writeRawValue(new String(oneLine(body), StandardCharsets.UTF_8));
            json.writeEndObject();
            json.writeNullField("error");
        });
    }

    /// A line that failed for good.
    static byte[] failed(long request, String customId, Problem problem) {
        return failed(
                request,
                customId,
                problem.code().code(),
                problem.message(),
                problem.code().status());
    }

    /// A line that its window left behind.
    static byte[] expired(long request, String customId) {
        return failed(
                request,
                customId,
                "batch_expired",
                "This request could not be executed before the completion window expired.",
                0);
    }

    private static byte[] failed(long request, String customId, String code, String message, int status) {
        return write(request, customId, json -> {
            json.writeNullField("response");
            json.writeObjectFieldStart("error");
            json.writeStringField("code", code);
            json.writeStringField("message", message);
            if (status > 0) {
                json.writeNumberField("status_code", status);
            }
            json.writeEndObject();
        });
    }

    private interface Rest {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] write(long request, String customId, Rest rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("id", Ids.format("batch_req", request));
            json.writeStringField("custom_id", customId);
            rest.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.write('\n');
        return out.toByteArray();
    }

    /// Line ends stand only between the tokens of JSON, never within its strings, so each may be a space.
    private static byte[] oneLine(byte[] body) {
        byte[] line = body.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }
}
