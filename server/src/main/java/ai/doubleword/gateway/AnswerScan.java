package ai.doubleword.gateway;

import ai.doubleword.usage.ReportedUsage;
import ai.doubleword.usage.UsageParser;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What the relay needs to know of one JSON object that an upstream answered: a whole body, or the data of one event.
///
/// One pass of a byte parser, no tree. Reused for all events of a stream: [#read] starts over. Positions are offsets
/// from the start of the range that was read. Not thread-safe.
final class AnswerScan {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(512)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /// Whether it was a JSON object and nothing else.
    boolean valid;

    /// Whether it reports an error instead of an answer.
    boolean error;

    /// Whether there is a `usage` object.
    boolean usage;

    /// Whether `choices` stands there and is empty, as in the chunk that carries usage only.
    boolean noChoices;

    /// Whether a choice says why it ended.
    boolean finished;

    /// Whether a choice ended before it was done: for length, or by a filter.
    boolean cutShort;

    /// Of an event of Responses: whether it says no more than that the response has begun.
    boolean opening;

    /// The value of the top-level `model`, quotes included; `modelTo` is 0 where there is none.
    int modelFrom;

    int modelTo;

    /// How many characters of output it carries, in `content`, `text`, `arguments` and the like; 0 where nobody asked.
    long outputLength;

    private final boolean responses;
    private boolean measure;

    private final UsageParser.Reading reading = new UsageParser.Reading();

    AnswerScan() {
        this(false);
    }

    /// @param responses whether it reads responses and their events, instead of chat completions and the like
    AnswerScan(boolean responses) {
        this.responses = responses;
    }

    /// Reads one object.
    ///
    /// @param measureOutput whether to count the output's characters, for which its strings must be decoded
    void read(byte[] json, int from, int to, boolean measureOutput) {
        measure = measureOutput;
        valid = false;
        error = false;
        usage = false;
        noChoices = false;
        finished = false;
        cutShort = false;
        opening = false;
        modelFrom = 0;
        modelTo = 0;
        outputLength = 0;
        reading.clear();
        try (JsonParser parser = JSON.createParser(json, from, to - from)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                members(parser);
                valid = parser.nextToken() == null;
            }
        } catch (IOException malformed) {
            // A broken answer is one more kind of failure; `valid` says so.
            valid = false;
        }
    }

    /// What the object reports as used, if it does. To be asked once for each object.
    @Nullable
    ReportedUsage reported() {
        return usage ? reading.usage() : null;
    }

    private void members(JsonParser parser) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "model" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        modelFrom = (int) parser.currentTokenLocation().getByteOffset();
                        parser.finishToken();
                        modelTo = (int) parser.currentLocation().getByteOffset();
                    }
                }
                case "error" -> error |= value != JsonToken.VALUE_NULL;
                case "object" ->
                    error |= value == JsonToken.VALUE_STRING && parser.getText().equals("error");
                case "usage" -> usage = value == JsonToken.START_OBJECT;
                case "choices" -> {
                    if (value == JsonToken.START_ARRAY) {
                        choices(parser);
                        continue;
                    }
                }
                default -> {
                    if (responses && ofResponses(parser, name, value)) {
                        continue;
                    }
                }
            }
            if (!reading.member(parser, name, value)) {
                parser.skipChildren();
            }
        }
    }

    /// @return whether the parser stands at the end of the value
    private boolean ofResponses(JsonParser parser, String name, JsonToken value) throws IOException {
        switch (name) {
            case "type" -> type(value == JsonToken.VALUE_STRING ? parser.getText() : "");
            case "status" -> status(value == JsonToken.VALUE_STRING ? parser.getText() : "");
            case "delta" -> outputLength += measure && value == JsonToken.VALUE_STRING ? parser.getTextLength() : 0;
            case "output" -> {
                if (measure && value == JsonToken.START_ARRAY) {
                    strings(parser);
                    return true;
                }
            }
            case "response" -> {
                if (value == JsonToken.START_OBJECT) {
                    response(parser);
                    return true;
                }
            }
            default -> {}
        }
        return false;
    }

    private void type(String type) {
        switch (type) {
            case "response.created", "response.queued", "response.in_progress" -> opening = true;
            case "response.completed" -> finished = true;
            case "response.incomplete" -> {
                finished = true;
                cutShort = true;
            }
            case "response.failed", "error" -> error = true;
            default -> {}
        }
    }

    private void status(String status) {
        cutShort |= status.equals("incomplete");
        error |= status.equals("failed");
    }

    private void response(JsonParser parser) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("usage")) {
                usage = value == JsonToken.START_OBJECT;
            }
            if (!reading.member(parser, name, value)) {
                parser.skipChildren();
            }
        }
    }

    private void choices(JsonParser parser) throws IOException {
        int depth = 1;
        noChoices = true;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            switch (token) {
                case START_OBJECT, START_ARRAY -> {
                    depth++;
                    noChoices = false;
                }
                case END_OBJECT, END_ARRAY -> depth--;
                case FIELD_NAME -> choiceMember(parser, parser.currentName());
                case null -> throw new IOException("cut within choices");
                default -> {}
            }
        }
    }

    private void choiceMember(JsonParser parser, String name) throws IOException {
        switch (name) {
            case "finish_reason" -> {
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    String reason = parser.getText();
                    finished = true;
                    cutShort |= reason.equals("length") || reason.equals("content_filter");
                } else {
                    parser.skipChildren();
                }
            }
            case "content", "text", "arguments", "reasoning_content", "reasoning", "refusal" -> {
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    outputLength += measure ? parser.getTextLength() : 0;
                } else if (value.isStructStart()) {
                    strings(parser);
                }
            }
            default -> {}
        }
    }

    /// Parts of content: every string in them counts.
    private void strings(JsonParser parser) throws IOException {
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new IOException("cut within content");
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (measure && token == JsonToken.VALUE_STRING) {
                outputLength += parser.getTextLength();
            }
        }
    }
}
