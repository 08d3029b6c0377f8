package ai.doubleword.playground;

import ai.doubleword.docs.Language;
import ai.doubleword.docs.Samples;
import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a request as a program, from the documentation's first sample: what stands in the place of its model and
/// messages is the request; all around it is as the conformance run executes it. What a language's client has no short
/// form for goes into the body as JSON. Immutable, thread-safe.
final class RequestCode {
    private static final String SAMPLE = "getting-started/first_call";
    private static final String MODEL = "doubleword-demo";
    private static final String MESSAGES = "messages";
    private static final Set<String> SHORT_FORM = Set.of("model", MESSAGES);
    private static final ObjectMapper JSON = JsonFormat.trees();

    /// The sample's own request, in each language.
    private static final Map<Language, Pattern> REQUESTS = Map.of(
            Language.CURL, Pattern.compile("-d '\\{.*}'", Pattern.DOTALL),
            Language.PYTHON, Pattern.compile(" {4}model=.*?\\n(?=\\)\\n)", Pattern.DOTALL),
            Language.JAVASCRIPT, Pattern.compile(" {2}model: .*?\\n(?=}\\);\\n)", Pattern.DOTALL),
            Language.JAVA, Pattern.compile(" *\\.model\\(.*?\\n(?= *\\.build\\(\\)\\);)", Pattern.DOTALL),
            Language.GO, Pattern.compile("\\t\\tModel: .*?\\n\\t}(?=\\)\\n)", Pattern.DOTALL));

    private final Samples samples;

    RequestCode(Samples samples) {
        this.samples = samples;
    }

    /// The languages that there is a program in.
    List<Language> languages() {
        return samples.languages(SAMPLE);
    }

    /// @param request a body of `chat/completions`
    String program(Language language, JsonNode request) {
        String sample = samples.text(SAMPLE, MODEL, language, new Samples.Values("", MODEL, ""));
        Matcher place = java.util.Objects.requireNonNull(REQUESTS.get(language)).matcher(sample);
        if (!place.find()) {
            throw new IllegalStateException("where is the request in " + SAMPLE + " in " + language.label() + "?");
        }
        String program =
                sample.substring(0, place.start()) + written(language, request) + sample.substring(place.end());
        return switch (language) {
            case JAVA -> javaImports(program);
            case GO -> program.contains("json.RawMessage") ? goImport(program) : program;
            case CURL, PYTHON, JAVASCRIPT -> program;
        };
    }

    /// The same request as a line of a batch file.
    static String line(JsonNode request) {
        return write(
                        JSON.createObjectNode()
                                .put("custom_id", "request-1")
                                .put("method", "POST")
                                .put("url", "/v1/chat/completions")
                                .set("body", request),
                        false)
                + "\n";
    }

    private static String written(Language language, JsonNode request) {
        return switch (language) {
            case CURL -> "-d '" + write(request, true).replace("'", "'\\''") + "'";
            case PYTHON -> fields(request, "    %s=%s,\n", value -> python(value, "    "));
            case JAVASCRIPT -> fields(request, "  %s: %s,\n", value -> indented(value, "  "));
            case JAVA -> java(request);
            case GO -> go(request);
        };
    }

    private static String fields(JsonNode request, String form, java.util.function.Function<JsonNode, String> literal) {
        StringBuilder code = new StringBuilder();
        request.properties()
                .forEach(field -> code.append(form.formatted(field.getKey(), literal.apply(field.getValue()))));
        return code.toString();
    }

    private static String java(JsonNode request) {
        String indent = "            ";
        StringBuilder code = new StringBuilder();
        code.append(indent).append(".model(").append(request.path("model")).append(")\n");
        if (plain(request.path(MESSAGES), Set.of("system", "user"))) {
            for (JsonNode message : request.path(MESSAGES)) {
                String call = message.path("role").asText().equals("user") ? ".addUserMessage(" : ".addSystemMessage(";
                code.append(indent).append(call).append(message.path("content")).append(")\n");
            }
        } else {
            code.append(indent)
                    .append(".messages(")
                    .append(javaJson(request.path(MESSAGES)))
                    .append(")\n");
        }
        request.properties().stream()
                .filter(field -> !SHORT_FORM.contains(field.getKey()))
                .forEach(field -> code.append(indent)
                        .append(".putAdditionalBodyProperty(\"")
                        .append(field.getKey())
                        .append("\", ")
                        .append(javaJson(field.getValue()))
                        .append(")\n"));
        return code.toString();
    }

    private static String javaJson(JsonNode value) {
        if (value.isValueNode()) {
            return "JsonValue.from(" + value + ")";
        }
        String text = write(value, true)
                .replace("\\", "\\\\")
                .replace("\"\"\"", "\\\"\"\"")
                .replace("\n", "\n                    ");
        return "JsonValue.from(new ObjectMapper().readTree(\"\"\"\n                    " + text + "\"\"\"))";
    }

    private static String javaImports(String program) {
        if (!program.contains("JsonValue")) {
            return program;
        }
        String imported =
                program.replaceFirst("(?m)(?=^import com\\.openai\\.models)", "import com.openai.core.JsonValue;\n");
        return imported.contains("ObjectMapper")
                ? "import com.fasterxml.jackson.databind.ObjectMapper;\n"
                        + imported.replaceFirst("void main\\(\\) \\{", "void main() throws Exception {")
                : imported;
    }

    private static String go(JsonNode request) {
        StringBuilder code =
                new StringBuilder("\t\tModel: ").append(request.path("model")).append(",\n");
        List<String> options = new ArrayList<>();
        if (plain(request.path(MESSAGES), Set.of("system", "user", "assistant"))) {
            code.append("\t\tMessages: []openai.ChatCompletionMessageParamUnion{\n");
            for (JsonNode message : request.path(MESSAGES)) {
                String call = switch (message.path("role").asText()) {
                    case "system" -> "SystemMessage";
                    case "assistant" -> "AssistantMessage";
                    default -> "UserMessage";
                };
                code.append("\t\t\topenai.")
                        .append(call)
                        .append('(')
                        .append(message.path("content"))
                        .append("),\n");
            }
            code.append("\t\t},\n");
        } else {
            options.add(goOption(MESSAGES, request.path(MESSAGES)));
        }
        request.properties().stream()
                .filter(field -> !SHORT_FORM.contains(field.getKey()))
                .forEach(field -> options.add(goOption(field.getKey(), field.getValue())));
        code.append("\t}");
        options.forEach(option -> code.append(", ").append(option));
        return code.toString();
    }

    private static String goOption(String name, JsonNode value) {
        String literal = value.isValueNode()
                ? value.toString()
                : "json.RawMessage(`" + indented(value, "\t").replace("`", "\\u0060") + "`)";
        return "option.WithJSONSet(\"" + name + "\", " + literal + ")";
    }

    private static String goImport(String program) {
        return program.replaceFirst("\"context\"\\n", "\"context\"\n\t\"encoding/json\"\n");
    }

    /// Whether all messages are plain text of these roles.
    private static boolean plain(JsonNode messages, Set<String> roles) {
        for (JsonNode message : messages) {
            if (message.size() != 2
                    || !message.path("content").isTextual()
                    || !roles.contains(message.path("role").asText())) {
                return false;
            }
        }
        return true;
    }

    private static String python(JsonNode value, String indent) {
        String inner = indent + "    ";
        return switch (value.getNodeType()) {
            case OBJECT -> {
                StringBuilder code = new StringBuilder("{\n");
                value.properties()
                        .forEach(field -> code.append(inner)
                                .append(quoted(field.getKey()))
                                .append(": ")
                                .append(python(field.getValue(), inner))
                                .append(",\n"));
                yield value.isEmpty() ? "{}" : code.append(indent).append('}').toString();
            }
            case ARRAY -> {
                StringBuilder code = new StringBuilder("[\n");
                value.forEach(
                        one -> code.append(inner).append(python(one, inner)).append(",\n"));
                yield value.isEmpty() ? "[]" : code.append(indent).append(']').toString();
            }
            case BOOLEAN -> value.booleanValue() ? "True" : "False";
            case NULL -> "None";
            default -> value.toString();
        };
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    private static String indented(JsonNode value, String indent) {
        return write(value, true).replace("\n", "\n" + indent);
    }

    private static String write(JsonNode value, boolean pretty) {
        try {
            return pretty
                    ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value)
                    : JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON is JSON", e);
        }
    }
}
