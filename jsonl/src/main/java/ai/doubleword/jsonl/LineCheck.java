package ai.doubleword.jsonl;

import ai.doubleword.jsonl.LineProblem.Reason;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks one line after the other: one pass of a streaming parser, no tree, no text but the few short values that
/// rules need. Long values are passed over as bytes. Not thread-safe.
final class LineCheck {
    static final int MAX_CUSTOM_ID = 64;

    /// The body's depth, as everywhere in the API, and the line around it.
    private static final int MAX_DEPTH = 128 + 1;

    /// Of values that are read as text.
    private static final int MAX_TEXT = 64 * 1024;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final LineRules rules;
    private final Consumer<LineProblem> problems;
    private final CustomIds customIds = new CustomIds();
    private final PromptPrefix prefix;
    private final BodyFields fields = new BodyFields();

    private int number;
    private boolean right;
    private String field = "";
    private @Nullable String customId;
    private boolean methodSeen;
    private boolean urlSeen;
    private @Nullable LineEndpoint endpoint;
    private int bodyFrom;
    private int bodyTo;

    LineCheck(LineRules rules, Consumer<LineProblem> problems) {
        this.rules = rules;
        this.problems = problems;
        this.prefix = new PromptPrefix(rules.salt());
    }

    /// Checks a line and tells what is wrong with it.
    ///
    /// @param array holds the line, without its end
    /// @param offset of the line in its file
    /// @return its entry, or null if it is wrong
    @Nullable
    LineEntry check(byte[] array, int from, int to, int lineNumber, long offset) {
        reset(lineNumber);
        if (isText(array, from, to)) {
            parse(array, from, to);
        }
        if (!right) {
            return null;
        }
        requireFields();
        long hash = uniqueId();
        LineEndpoint named = endpoint;
        if (named != null && bodyFrom >= 0) {
            requirePrompt(named);
            requireModel(named);
        }
        return right && named != null ? entry(array, from, to, offset, hash, named) : null;
    }

    private void reset(int lineNumber) {
        number = lineNumber;
        right = true;
        field = "";
        customId = null;
        methodSeen = false;
        urlSeen = false;
        endpoint = null;
        bodyFrom = -1;
        bodyTo = -1;
        fields.reset();
    }

    private LineEntry entry(byte[] array, int from, int to, long offset, long hash, LineEndpoint named) {
        long input = TokenEstimate.ofText(array, from + bodyFrom, from + bodyTo);
        LineEntry.Prefixes prefixes = prefix.of(
                array,
                from + fields.toolsFrom,
                from + fields.toolsTo,
                from + fields.promptFrom,
                from + fields.promptTo);
        return new LineEntry(
                number,
                offset,
                to - from,
                bodyFrom,
                bodyTo - bodyFrom,
                hash,
                named,
                fields.model,
                (int) Math.min(input, Integer.MAX_VALUE),
                fields.outputTokens(),
                prefixes);
    }

    private boolean isText(byte[] array, int from, int to) {
        int wrong = Utf8.firstInvalid(array, from, to);
        if (wrong >= 0) {
            report("", Reason.NOT_UTF8, "is not valid UTF-8 (byte " + (wrong - from) + " of the line).");
            return false;
        }
        int first = from;
        while (first < to && (array[first] == ' ' || array[first] == '\t' || array[first] == '\r')) {
            first++;
        }
        // Jackson takes a zero among the first four bytes for UTF-16 or UTF-32.
        boolean zero = false;
        for (int i = from; i < Math.min(to, from + 4); i++) {
            zero |= array[i] == 0;
        }
        if (zero || array[first] != '{') {
            report("", Reason.NOT_JSON, "must be a JSON object, and begins with something else.");
            return false;
        }
        return true;
    }

    private void parse(byte[] array, int from, int to) {
        try (JsonParser parser = JSON.createParser(array, from, to - from)) {
            readLine(parser, array, from);
        } catch (StreamConstraintsException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("depth")) {
                report(field, Reason.NOT_JSON, "is nested deeper than 128 levels.");
            } else {
                report(field, Reason.TOO_LARGE, "is longer than what is read: " + e.getOriginalMessage());
            }
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            String place = at < 0 ? "" : String.format(Locale.ROOT, " (byte %d of the line)", at);
            report("", Reason.NOT_JSON, "is not valid JSON: " + MalformedJson.words(e) + place + ".");
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot fail to be read", e);
        }
    }

    private void readLine(JsonParser parser, byte[] array, int from) throws IOException {
        parser.nextToken();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            field = name;
            switch (name) {
                case "custom_id" -> readCustomId(parser);
                case "method" -> readMethod(parser);
                case "url" -> readUrl(parser);
                case "body" -> readBody(parser, array, from);
                default -> {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        field = "";
        if (parser.nextToken() != null) {
            report("", Reason.NOT_JSON, "holds something behind its JSON object; each request needs its own line.");
        }
    }

    private void readCustomId(JsonParser parser) throws IOException {
        boolean twice = customId != null;
        String id = readString(parser);
        if (twice) {
            twice();
        }
        customId = id == null ? "" : id;
        if (id == null) {
            return;
        }
        if (id.isEmpty() || id.codePointCount(0, id.length()) > MAX_CUSTOM_ID) {
            report(
                    field,
                    Reason.INVALID,
                    "must have 1 to " + MAX_CUSTOM_ID + " characters, and has " + id.codePointCount(0, id.length())
                            + ".");
        } else if (!id.codePoints().allMatch(LineCheck::isPrintable)) {
            report(field, Reason.INVALID, "holds a character that cannot be printed.");
        }
    }

    private void readMethod(JsonParser parser) throws IOException {
        if (methodSeen) {
            twice();
        }
        methodSeen = true;
        String method = readString(parser);
        if (method != null && !method.equals("POST")) {
            report(field, Reason.INVALID, "must be POST, not '" + shown(method) + "'.");
        }
    }

    private void readUrl(JsonParser parser) throws IOException {
        if (urlSeen) {
            twice();
        }
        urlSeen = true;
        String url = readString(parser);
        if (url == null) {
            return;
        }
        endpoint = LineEndpoint.of(url).filter(rules.endpoints()::contains).orElse(null);
        if (endpoint == null) {
            String known = String.join(
                    ", ",
                    rules.endpoints().stream().map(LineEndpoint::url).sorted().toList());
            report(field, Reason.UNSUPPORTED_URL, "must be one of " + known + ", not '" + shown(url) + "'.");
        }
    }

    private void readBody(JsonParser parser, byte[] array, int from) throws IOException {
        if (bodyFrom >= 0) {
            twice();
        }
        JsonToken token = parser.nextToken();
        bodyFrom = offset(parser);
        if (token != JsonToken.START_OBJECT) {
            report(field, Reason.WRONG_TYPE, "must be a JSON object: the body of the request.");
            parser.skipChildren();
        } else {
            String name = parser.nextFieldName();
            while (name != null) {
                field = "body." + name;
                Fault fault = fields.read(parser, name);
                parser.skipChildren();
                name = parser.nextFieldName();
                fields.end(array, from, offset(parser));
                if (fault != null) {
                    report(shownField(), fault.reason(), fault.rule());
                }
            }
            bodyTo = (int) parser.currentLocation().getByteOffset();
        }
        field = "body";
    }

    /// What is wrong with a field of the body.
    ///
    /// @param rule the rest of the sentence that begins with the field
    record Fault(Reason reason, String rule) {}

    private @Nullable String readString(JsonParser parser) throws IOException {
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        report(field, Reason.WRONG_TYPE, "must be a string.");
        parser.skipChildren();
        return null;
    }

    private void twice() {
        report(field, Reason.DUPLICATE_FIELD, "stands in the line twice; give it once.");
    }

    private void requireFields() {
        if (customId == null) {
            report(
                    "custom_id",
                    Reason.MISSING,
                    "is missing; give each line one of its own, of 1 to " + MAX_CUSTOM_ID + " characters.");
        }
        if (!methodSeen) {
            report("method", Reason.MISSING, "is missing; it must be POST.");
        }
        if (!urlSeen) {
            report("url", Reason.MISSING, "is missing; name an endpoint such as /v1/chat/completions.");
        }
        if (bodyFrom < 0) {
            report("body", Reason.MISSING, "is missing; it is the body of the request.");
        }
    }

    /// @return the hash of the line's id; 0 if it has none
    private long uniqueId() {
        String id = customId;
        if (id == null || id.isEmpty()) {
            return 0;
        }
        long hash = customIds.hash(id.getBytes(StandardCharsets.UTF_8));
        int before = customIds.put(hash, number);
        if (before != 0) {
            report(
                    "custom_id",
                    Reason.DUPLICATE_CUSTOM_ID,
                    "'" + shown(id) + "' stands in line " + before + " too; each line needs one of its own.");
        }
        return hash;
    }

    private void requirePrompt(LineEndpoint named) {
        String wanted = switch (named) {
            case CHAT -> "messages";
            case COMPLETIONS -> "prompt";
            case EMBEDDINGS, RESPONSES -> "input";
        };
        if (!wanted.equals(fields.promptName)) {
            report("body." + wanted, Reason.MISSING, "is missing; " + named.url() + " needs it.");
        }
    }

    private void requireModel(LineEndpoint named) {
        if (!fields.modelSeen) {
            report("body.model", Reason.MISSING, "is missing; name a model.");
            return;
        }
        if (fields.model.isEmpty()) {
            return;
        }
        String name = "'" + shown(fields.model) + "' ";
        switch (rules.models().apply(fields.model, named)) {
            case FITS -> {}
            case UNKNOWN ->
                report(
                        "body.model",
                        Reason.MODEL_NOT_FOUND,
                        name + "does not exist; GET /v1/models lists those that do.");
            case NOT_ALLOWED -> report("body.model", Reason.MODEL_NOT_ALLOWED, name + "is not in the key's scopes.");
            case WRONG_TYPE ->
                report("body.model", Reason.MODEL_WRONG_TYPE, name + "does not serve " + named.url() + ".");
            case NOT_OFFERED -> report("body.model", Reason.MODEL_NOT_OFFERED, name + "is not offered for batches.");
        }
    }

    private void report(String at, Reason reason, String rule) {
        right = false;
        String subject = "Line " + number + (at.isEmpty() ? " " : ": \"" + at + "\" ");
        problems.accept(new LineProblem(number, at, reason, subject + rule));
    }

    private String shownField() {
        return shown(field);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /// A value from the file within a message: short, and on one line.
    private static String shown(String value) {
        StringBuilder shown = new StringBuilder();
        value.codePoints().limit(MAX_CUSTOM_ID + 1L).forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '\ufffd'));
        return value.codePointCount(0, value.length()) <= MAX_CUSTOM_ID
                ? shown.toString()
                : shown.substring(0, shown.offsetByCodePoints(0, MAX_CUSTOM_ID)) + "…";
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }
}
