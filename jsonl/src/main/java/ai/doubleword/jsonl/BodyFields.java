package ai.doubleword.jsonl;

import ai.doubleword.jsonl.LineCheck.Fault;
import ai.doubleword.jsonl.LineProblem.Reason;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the rules need to know of a line's `body`. Each watched name may stand there once and in lower case only, since
/// servers read the second, or another case, differently than whoever authorized the first. Not thread-safe.
final class BodyFields {
    private static final String[] WATCHED = {
        "model",
        "messages",
        "prompt",
        "input",
        "tools",
        "stream",
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "n",
        "service_tier",
        "background",
        "store",
        "encoding_format"
    };
    private static final int MAX_CHOICES = 128;
    private static final Map<String, Integer> PLACES = new HashMap<>();

    static {
        for (int i = 0; i < WATCHED.length; i++) {
            PLACES.put(WATCHED[i], i);
        }
    }

    private int seen;
    private @Nullable String reading;
    private int from;

    boolean modelSeen;
    String model = "";
    String promptName = "";
    int promptFrom;
    int promptTo;
    int toolsFrom;
    int toolsTo;
    private long maxOutput;
    private int n;

    void reset() {
        seen = 0;
        reading = null;
        modelSeen = false;
        model = "";
        promptName = "";
        promptFrom = 0;
        promptTo = 0;
        toolsFrom = 0;
        toolsTo = 0;
        maxOutput = 0;
        n = 1;
    }

    /// The most output that the line asks for, all choices together; 0 if it names no maximum.
    int outputTokens() {
        return (int) Math.min(Integer.MAX_VALUE, maxOutput * n);
    }

    /// Reads the value of the field that the parser stands at; what it leaves unread is to be skipped.
    ///
    /// @return what is wrong with it, or null
    @Nullable
    Fault read(JsonParser parser, String name) throws IOException {
        JsonToken token = parser.nextToken();
        Integer place = PLACES.get(name);
        reading = null;
        if (place == null) {
            return isDisguised(name)
                    ? new Fault(Reason.INVALID, "differs from a known field by case only; write it in lower case.")
                    : null;
        }
        if ((seen & (1 << place)) != 0) {
            return new Fault(Reason.DUPLICATE_FIELD, "stands in the body twice; give it once.");
        }
        seen |= 1 << place;
        reading = name;
        from = (int) parser.currentTokenLocation().getByteOffset();
        return switch (name) {
            case "model" -> readModel(parser, token);
            case "messages" ->
                token == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY
                        ? skipRest(parser)
                        : wrong("a list of at least one message");
            case "input", "prompt" ->
                token == JsonToken.VALUE_STRING || token == JsonToken.START_ARRAY ? null : wrong("a string or a list");
            case "stream", "background", "store" ->
                token.isBoolean() || token == JsonToken.VALUE_NULL ? null : wrong("true or false");
            case "n" -> readCount(parser, token, MAX_CHOICES);
            case "max_tokens", "max_completion_tokens", "max_output_tokens" ->
                readCount(parser, token, Integer.MAX_VALUE);
            case "encoding_format" -> readFormat(parser, token);
            default -> null;
        };
    }

    /// The value read last ends before this offset of the line.
    ///
    /// @param lineFrom where the line begins in the array
    void end(byte[] array, int lineFrom, int next) {
        int to = next;
        while (to > from && isFiller(array[lineFrom + to - 1])) {
            to--;
        }
        switch (reading) {
            case null -> {}
            case "messages", "prompt", "input" -> {
                promptName = reading;
                promptFrom = from;
                promptTo = to;
            }
            case "tools" -> {
                toolsFrom = from;
                toolsTo = to;
            }
            default -> {}
        }
    }

    private @Nullable Fault readModel(JsonParser parser, JsonToken token) throws IOException {
        modelSeen = true;
        model = token == JsonToken.VALUE_STRING ? parser.getText() : "";
        return model.isEmpty() ? wrong("the name of a model, as a string") : null;
    }

    private @Nullable Fault readCount(JsonParser parser, JsonToken token, int limit) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        double value = token.isNumeric() ? parser.getDoubleValue() : -1;
        if (value < 1 || value > limit || value != Math.rint(value)) {
            return wrong("a whole number from 1 to " + limit);
        }
        if ("n".equals(reading)) {
            n = (int) value;
        } else {
            maxOutput = maxOutput == 0 ? (long) value : Math.min(maxOutput, (long) value);
        }
        return null;
    }

    private static @Nullable Fault readFormat(JsonParser parser, JsonToken token) throws IOException {
        String format = token == JsonToken.VALUE_STRING ? parser.getText() : "";
        return token == JsonToken.VALUE_NULL || format.equals("float") || format.equals("base64")
                ? null
                : wrong("'float' or 'base64'");
    }

    /// Goes to the end of the list whose first element the parser stands at.
    private static @Nullable Fault skipRest(JsonParser parser) throws IOException {
        do {
            parser.skipChildren();
        } while (parser.nextToken() != JsonToken.END_ARRAY);
        return null;
    }

    private static Fault wrong(String expected) {
        return new Fault(Reason.WRONG_TYPE, "must be " + expected + ".");
    }

    private static boolean isFiller(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == ',';
    }

    private static boolean isDisguised(String name) {
        for (String watched : WATCHED) {
            if (watched.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
