package ai.doubleword.gateway;

import ai.doubleword.jsonl.MalformedJson;
import ai.doubleword.jsonl.Utf8;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What policy needs to know of a request body, and where in the bytes it stands.
///
/// One pass of Jackson's byte parser over the top level: no tree, no text but the few short values kept here. The whole
/// body is proved to be one JSON object in UTF-8 of bounded depth on the way, so what the upstream parses is what was
/// authorized. For the same reason a watched name may stand there only once, however it is escaped, and in no other
/// case: some servers read `Model` as `model`. Positions are offsets into the buffer. Used by one thread, once.
final class RequestScan {
    static final int MAX_DEPTH = 128;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /// A watched field: from its key's quote to the end of its value. `keyFrom` is -1 where it is absent.
    static final class Field {
        final String name;
        int keyFrom = -1;
        int from;
        int to;
        int member;

        Field(String name) {
            this.name = name;
        }

        boolean present() {
            return keyFrom >= 0;
        }
    }

    final Field model = new Field("model");
    final Field stream = new Field("stream");
    final Field streamOptions = new Field("stream_options");
    final Field includeUsage = new Field("include_usage");
    final Field maxTokens = new Field("max_tokens");
    final Field maxCompletionTokens = new Field("max_completion_tokens");
    final Field maxOutputTokens = new Field("max_output_tokens");
    final Field choices = new Field("n");
    final Field serviceTier = new Field("service_tier");
    final Field background = new Field("background");
    final Field store = new Field("store");
    final Field encodingFormat = new Field("encoding_format");

    private final Field[] watched = {
        model,
        stream,
        streamOptions,
        maxTokens,
        maxCompletionTokens,
        maxOutputTokens,
        choices,
        serviceTier,
        background,
        store,
        encodingFormat
    };

    /// The model's name, escapes resolved.
    String modelName = "";

    boolean streamed;

    /// Whether what the body says of streaming is left out upstream.
    boolean whole;

    /// Whether `stream_options` is an object with members.
    boolean streamOptionsFilled;

    /// Whether the client itself asked for the usage chunk.
    boolean usageWanted;

    /// The smallest maximum of output tokens that is given; 0 for none.
    long maxOutput;

    int n = 1;

    @Nullable
    String tier;

    boolean base64;
    boolean keepsNothing;

    /// Whether it says that its answer is to be kept.
    boolean keeps;

    /// Why the body is refused; null if it is not.
    @Nullable
    Problem problem;

    private RequestScan() {}

    /// Scans a body. Look at [#problem] first.
    static RequestScan of(Buffer body) {
        RequestScan scan = new RequestScan();
        Bytes bytes = Bytes.of(body);
        scan.problem = scan.refuseEncoding(bytes.array(), bytes.from(), bytes.to());
        if (scan.problem == null) {
            try (JsonParser parser = JSON.createParser(bytes.array(), bytes.from(), bytes.to() - bytes.from())) {
                scan.problem = scan.readObject(parser);
            } catch (StreamConstraintsException e) {
                scan.problem = malformed(
                        e.getMessage() != null && e.getMessage().contains("depth")
                                ? "it is nested deeper than " + MAX_DEPTH + " levels"
                                : "it is beyond what is read: " + e.getOriginalMessage(),
                        e);
            } catch (JsonProcessingException e) {
                scan.problem = malformed(MalformedJson.words(e), e);
            } catch (IOException e) {
                throw new IllegalStateException("an array cannot fail to be read", e);
            }
        }
        return scan;
    }

    /// Whatever the body says, the answer is wanted in one piece.
    void answerWhole() {
        whole = true;
        streamed = false;
    }

    private @Nullable Problem refuseEncoding(byte[] array, int from, int to) {
        int first = from;
        while (first < to && isSpace(array[first])) {
            first++;
        }
        if (first == to) {
            return invalid("The body is empty; send one JSON object.");
        }
        if (to - from >= 3 && array[from] == (byte) 0xef && array[from + 1] == (byte) 0xbb) {
            return invalid("The body begins with a byte order mark; send plain UTF-8.");
        }
        int wrong = Utf8.firstInvalid(array, from, to);
        // Jackson takes a zero among the first four bytes for UTF-16 or UTF-32.
        for (int i = from; wrong < 0 && i < Math.min(to, from + 4); i++) {
            wrong = array[i] == 0 ? i : -1;
        }
        if (wrong >= 0) {
            return invalid("The body is not valid UTF-8 (byte " + (wrong - from) + ").");
        }
        return array[first] == '{' ? null : invalid("The body must be a JSON object; it begins with another value.");
    }

    private @Nullable Problem readObject(JsonParser parser) throws IOException {
        parser.nextToken();
        int member = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            Field field = find(name);
            if (field == null) {
                if (isDisguised(name)) {
                    return invalid("The parameter '" + name + "' differs from a known one by case only, "
                            + "which servers read differently; write it in lower case.");
                }
                parser.nextToken();
                parser.skipChildren();
            } else {
                Problem refusal = readField(parser, field, member);
                if (refusal != null) {
                    return refusal;
                }
            }
            member++;
        }
        if (parser.nextToken() != null) {
            return invalid("Something follows the JSON object (byte " + tokenOffset(parser) + ").");
        }
        return model.present()
                ? null
                : Problem.ofParam(ErrorCode.MISSING_REQUIRED_PARAMETER, "model", "The body names no `model`; add one.");
    }

    private @Nullable Problem readField(JsonParser parser, Field field, int member) throws IOException {
        if (field.present()) {
            return invalid("The parameter '" + field.name + "' stands there twice (byte " + tokenOffset(parser)
                    + "); send it once.");
        }
        field.keyFrom = tokenOffset(parser);
        field.member = member;
        JsonToken token = parser.nextToken();
        field.from = tokenOffset(parser);
        Problem refusal = field == streamOptions ? readStreamOptions(parser, token) : readValue(parser, field, token);
        parser.skipChildren();
        parser.finishToken();
        field.to = (int) parser.currentLocation().getByteOffset();
        return refusal;
    }

    private @Nullable Problem readValue(JsonParser parser, Field field, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL && field != model) {
            return null;
        }
        if (field == model) {
            modelName = token == JsonToken.VALUE_STRING ? parser.getText() : "";
            return modelName.isEmpty() ? wrongType(field, "the name of a model, as a string") : null;
        }
        if (field == stream) {
            streamed = token == JsonToken.VALUE_TRUE;
            return token.isBoolean() ? null : wrongType(field, "true or false");
        }
        if (field == choices || field == maxTokens || field == maxCompletionTokens || field == maxOutputTokens) {
            return readCount(parser, field, token);
        }
        if (field == serviceTier) {
            tier = token == JsonToken.VALUE_STRING ? parser.getText() : "";
        } else if (field == encodingFormat) {
            String format = token == JsonToken.VALUE_STRING ? parser.getText() : "";
            base64 = format.equals("base64");
            return base64 || format.equals("float") ? null : wrongType(field, "'float' or 'base64'");
        } else if (field == store) {
            keepsNothing = token == JsonToken.VALUE_FALSE;
            keeps = token == JsonToken.VALUE_TRUE;
        }
        return null;
    }

    private @Nullable Problem readCount(JsonParser parser, Field field, JsonToken token) throws IOException {
        double value = token.isNumeric() ? parser.getDoubleValue() : -1;
        int limit = field == choices ? 128 : Integer.MAX_VALUE;
        if (value < 1 || value > limit || value != Math.rint(value)) {
            return wrongType(field, "a whole number from 1 to " + limit);
        }
        if (field == choices) {
            n = (int) value;
        } else {
            maxOutput = maxOutput == 0 ? (long) value : Math.min(maxOutput, (long) value);
        }
        return null;
    }

    private @Nullable Problem readStreamOptions(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.START_OBJECT) {
            return wrongType(streamOptions, "an object");
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            streamOptionsFilled = true;
            if (!name.equals(includeUsage.name)) {
                parser.nextToken();
                parser.skipChildren();
                continue;
            }
            if (includeUsage.present()) {
                return invalid("The parameter 'stream_options.include_usage' stands there twice; send it once.");
            }
            includeUsage.keyFrom = tokenOffset(parser);
            JsonToken value = parser.nextToken();
            if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
                return Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "stream_options.include_usage",
                        "`stream_options.include_usage` must be true or false.");
            }
            usageWanted = value == JsonToken.VALUE_TRUE;
            includeUsage.from = tokenOffset(parser);
            includeUsage.to = (int) parser.currentLocation().getByteOffset();
        }
        return null;
    }

    private @Nullable Field find(String name) {
        for (Field field : watched) {
            if (field.name.equals(name)) {
                return field;
            }
        }
        return null;
    }

    private boolean isDisguised(String name) {
        for (Field field : watched) {
            if (field.name.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    private static int tokenOffset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static Problem wrongType(Field field, String expected) {
        return Problem.ofParam(ErrorCode.INVALID_VALUE, field.name, "`" + field.name + "` must be " + expected + ".");
    }

    private static Problem malformed(String what, JsonProcessingException e) {
        long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
        String place = at < 0 ? "" : String.format(Locale.ROOT, " (byte %d)", at);
        return invalid("The body is not valid JSON: " + what + place + ".");
    }

    private static Problem invalid(String message) {
        return Problem.of(ErrorCode.INVALID_JSON, message);
    }
}
