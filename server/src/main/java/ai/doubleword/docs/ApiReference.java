package ai.doubleword.docs;

import ai.doubleword.platform.ApiDocuments;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The API reference as a page of markdown, made from the two OpenAPI documents, so that it is read, searched, copied
/// and checked like every other page. Thread-safe.
@Singleton
class ApiReference {
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    /// Samples that show a route better than a body made from its schema.
    private static final Map<String, String> SAMPLES = Map.of(
            "/v1/models", "getting-started/list_models",
            "/v1/chat/completions", "getting-started/first_call",
            "/v1/embeddings", "embeddings/embed");

    private static final Samples.Values AS_THEY_ARE = new Samples.Values("", "", "");

    private static final String INTRODUCTION = """
            # API reference

            Every route of this server, made from its own OpenAPI documents: [`/ai/openapi.json`](/ai/openapi.json) for what
            calls models, [`/admin/openapi.json`](/admin/openapi.json) for what manages. Point a generator of clients at them.

            Routes under `/v1` (and, the same, under `/ai/v1`) take an inference key and answer as OpenAI does:
            [chat](chat.md), [streaming](streaming.md) and [embeddings](embeddings.md) show them in use. Routes under
            `/admin/api/v1` take a platform key, see [API keys](keys.md). Both go into the header
            `Authorization: Bearer …`. Every error has a code that [Error codes](errors.md) explains.

            ```sh
            export DOUBLEWORD_API_KEY="<your key>"
            export DOUBLEWORD_API_BASE="http://localhost:8080/v1"
            ```

            The commands for management read `DOUBLEWORD_URL`, where the server is, and `DOUBLEWORD_PLATFORM_KEY`.

            """;

    private final ApiDocuments documents;
    private final Samples samples;

    ApiReference(ApiDocuments documents, Samples samples) {
        this.documents = documents;
        this.samples = samples;
    }

    String markdown() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        write(page, documents.ai(), "Calling models: ");
        write(page, documents.management(), "Managing: ");
        return page.toString();
    }

    private void write(StringBuilder page, JsonNode document, String part) {
        Map<String, StringBuilder> groups = new LinkedHashMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode operation = path.getValue().path(method);
                    if (!operation.isMissingNode()) {
                        String group = group(operation);
                        operation(
                                groups.computeIfAbsent(group, title -> new StringBuilder()),
                                new Route(document, method.toUpperCase(Locale.ROOT), path.getKey(), operation),
                                group);
                    }
                }));
        groups.forEach((title, text) ->
                page.append("## ").append(part).append(title).append("\n\n").append(text));
    }

    private record Route(JsonNode document, String method, String path, JsonNode operation) {
        ApiSchema body() {
            return new ApiSchema(
                    document,
                    ApiSchema.follow(document, operation.path("requestBody")).at("/content/application~1json/schema"));
        }

        ApiSchema answer() {
            for (String status : List.of("200", "201")) {
                JsonNode answer =
                        ApiSchema.follow(document, operation.path("responses").path(status));
                JsonNode schema = answer.at("/content/application~1json/schema");
                if (!schema.isMissingNode()) {
                    return new ApiSchema(document, schema);
                }
            }
            return new ApiSchema(document, document.path("nothing"));
        }
    }

    private void operation(StringBuilder page, Route route, String group) {
        JsonNode operation = route.operation();
        page.append("### ").append(summary(operation, group)).append("\n\n");
        page.append("```http\n")
                .append(route.method())
                .append(' ')
                .append(route.path())
                .append("\n```\n\n");
        String description = operation.path("description").asText("");
        if (!description.isEmpty()) {
            page.append(description.strip()).append("\n\n");
        }
        parameters(page, operation.path("parameters"));
        table(page, "What it takes", route.body().fields());
        curl(page, route);
        table(page, "What it answers", route.answer().fields());
    }

    private static void parameters(StringBuilder page, JsonNode parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        page.append("| parameter | in | type | |\n|---|---|---|---|\n");
        for (JsonNode parameter : parameters) {
            String type = parameter.path("schema").path("type").asText("string");
            page.append("| `")
                    .append(parameter.path("name").asText())
                    .append("` | ")
                    .append(parameter.path("in").asText())
                    .append(" | ")
                    .append(type)
                    .append(" | ")
                    .append(cell(parameter.path("description").asText("")))
                    .append(" |\n");
        }
        page.append('\n');
    }

    private static void table(StringBuilder page, String title, List<ApiSchema.Field> fields) {
        if (fields.isEmpty()) {
            return;
        }
        boolean noted = fields.stream().anyMatch(field -> !field.description().isEmpty());
        page.append("| ").append(title).append(noted ? " | type | |\n|---|---|---|\n" : " | type |\n|---|---|\n");
        for (ApiSchema.Field field : fields) {
            page.append("| `").append(field.name()).append("` | ").append(cell(field.type()));
            if (noted) {
                page.append(" | ").append(cell(field.description()));
            }
            page.append(" |\n");
        }
        page.append('\n');
    }

    private void curl(StringBuilder page, Route route) {
        String sample = SAMPLES.get(route.path());
        if (sample != null) {
            page.append("```sh file=samples/")
                    .append(sample)
                    .append(".sh\n")
                    .append(samples.text(sample, "", Language.CURL, AS_THEY_ARE))
                    .append("```\n\n");
            return;
        }
        boolean ai = route.path().startsWith("/v1/");
        page.append("```sh\ncurl --fail-with-body -sS ");
        boolean bodiless = route.method().equals("POST") && route.body().isEmpty();
        if (bodiless || !Set.of("GET", "POST").contains(route.method())) {
            page.append("-X ").append(route.method()).append(' ');
        }
        page.append(ai ? "\"$DOUBLEWORD_API_BASE" : "\"$DOUBLEWORD_URL")
                .append(ai ? route.path().substring("/v1".length()) : route.path())
                .append("\" \\\n  -H \"Authorization: Bearer $")
                .append(ai ? "DOUBLEWORD_API_KEY" : "DOUBLEWORD_PLATFORM_KEY")
                .append('"');
        if (!route.body().isEmpty()) {
            page.append(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '")
                    .append(route.body().example())
                    .append('\'');
        }
        page.append("\n```\n\n");
    }

    /// A resource that names no group is called by its class.
    private static String group(JsonNode operation) {
        String tag = operation.path("tags").path(0).asText("Other").replaceFirst(" Resource$", "");
        return Character.toUpperCase(tag.charAt(0)) + tag.substring(1);
    }

    /// A summary of one word is the method's name: it says more with its group.
    private static String summary(JsonNode operation, String group) {
        String summary = operation.path("summary").asText("").strip();
        return summary.contains(" ") ? summary : summary + " " + group.toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ').replace("<", "\\<").strip();
    }
}
