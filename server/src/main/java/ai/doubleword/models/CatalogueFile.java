package ai.doubleword.models;

import ai.doubleword.platform.JsonFormat;
import ai.doubleword.providers.ProviderSpec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The catalogue as YAML, with `kebab-case` keys. Secrets stand in it as references: `api-key-env: NAME`,
/// `api-key-file: PATH`, or `api-key: kept` for one that the server has already; a header is `{env: NAME}`,
/// `{file: PATH}`, `kept`, or its value where that is no secret.
///
/// ```yaml
/// providers:
///   - name: vllm
///     base-url: http://localhost:8000/v1
///     api-key-env: VLLM_API_KEY
///     discover: true
/// models:
///   - name: llama
///     type: chat
///     targets:
///       - {provider: vllm, model: meta-llama/Llama-3.1-8B-Instruct}
///     prices:
///       - {tier: realtime, input: 0.15, output: 0.6}
/// ```
final class CatalogueFile {
    private static final String KEPT = "kept";

    private final ObjectMapper json = JsonFormat.mapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private final UnaryOperator<@Nullable String> environment;

    /// @param environment reads a variable; null if there is none
    CatalogueFile(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    /// What a file says, with its secrets.
    ///
    /// @param document what to apply
    /// @param discover names of providers that say `discover: true`
    record Read(CatalogueDocument document, List<String> discover) {}

    /// @throws IllegalArgumentException that says what is wrong where
    Read read(JsonNode root) {
        List<String> discover = new ArrayList<>();
        @Nullable List<ProviderSpec> providers = null;
        @Nullable List<ModelSpec> models = null;
        if (root.has("providers")) {
            providers = new ArrayList<>();
            for (JsonNode provider : root.path("providers")) {
                providers.add(provider(object("providers", provider), discover));
            }
        }
        if (root.has("models")) {
            models = new ArrayList<>();
            for (JsonNode model : root.path("models")) {
                models.add(bind("models", object("models", model), ModelSpec.class));
            }
        }
        return new Read(new CatalogueDocument(providers, models), discover);
    }

    /// The document as YAML, from the API's JSON.
    static String write(JsonNode exported) throws JsonProcessingException {
        ObjectNode root = exported.deepCopy();
        for (JsonNode provider : root.path("providers")) {
            references((ObjectNode) provider);
        }
        YAMLMapper yaml = new YAMLMapper(new YAMLFactory()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));
        return yaml.writeValueAsString(kebab(root));
    }

    private static void references(ObjectNode provider) {
        JsonNode source = provider.remove("api_key_source");
        if (source != null) {
            String[] parts = source.asText().split(":", 2);
            if (parts.length == 2) {
                provider.put("api_key_" + parts[0], parts[1]);
            } else {
                provider.put("api_key", KEPT);
            }
        }
        JsonNode sources = provider.remove("header_sources");
        if (sources != null) {
            ObjectNode headers = provider.putObject("headers");
            for (Map.Entry<String, JsonNode> header : sources.properties()) {
                String[] parts = header.getValue().asText().split(":", 2);
                if (parts.length == 2) {
                    headers.putObject(header.getKey()).put(parts[0], parts[1]);
                } else {
                    headers.put(header.getKey(), KEPT);
                }
            }
        }
    }

    private static JsonNode kebab(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode renamed = object.objectNode();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                // Names of headers are data.
                boolean data = field.getKey().equals("headers");
                renamed.set(field.getKey().replace('_', '-'), data ? field.getValue() : kebab(field.getValue()));
            }
            return renamed;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode renamed = array.arrayNode();
            array.forEach(element -> renamed.add(kebab(element)));
            return renamed;
        }
        return node;
    }

    private ProviderSpec provider(ObjectNode provider, List<String> discover) {
        String name = provider.path("name").asText();
        String where = "providers: " + name;
        JsonNode wished = provider.remove("discover");
        if (wished != null && wished.asBoolean()) {
            discover.add(name);
        }
        JsonNode key = provider.remove("api-key");
        JsonNode env = provider.remove("api-key-env");
        JsonNode file = provider.remove("api-key-file");
        JsonNode headers = provider.remove("headers");
        if (key != null && !key.asText().equals(KEPT)) {
            throw new IllegalArgumentException(
                    where + ": a secret does not belong into this file: write api-key-env or api-key-file");
        }
        if (env != null) {
            provider.put("api-key", variable(where, env.asText()));
            provider.put("api-key-source", "env:" + env.asText());
        } else if (file != null) {
            provider.put("api-key", content(where, file.asText()));
            provider.put("api-key-source", "file:" + file.asText());
        }
        ProviderSpec spec = bind(where, provider, ProviderSpec.class);
        return headers == null ? spec : withHeaders(where, spec, headers);
    }

    private ProviderSpec withHeaders(String where, ProviderSpec spec, JsonNode headers) {
        Map<String, String> values = new HashMap<>();
        Map<String, String> sources = new HashMap<>();
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            JsonNode value = header.getValue();
            if (value.has("env")) {
                values.put(header.getKey(), variable(where, value.path("env").asText()));
                sources.put(header.getKey(), "env:" + value.path("env").asText());
            } else if (value.has("file")) {
                values.put(header.getKey(), content(where, value.path("file").asText()));
                sources.put(header.getKey(), "file:" + value.path("file").asText());
            } else if (!value.asText().equals(KEPT)) {
                values.put(header.getKey(), value.asText());
            }
        }
        return new ProviderSpec(
                spec.name(),
                spec.kind(),
                spec.baseUrl(),
                spec.apiKey(),
                spec.apiKeySource(),
                values,
                sources,
                spec.timeouts(),
                spec.quirks(),
                spec.concurrency(),
                spec.health());
    }

    private String variable(String where, String name) {
        String value = environment.apply(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(where + ": the environment variable " + name + " is not set");
        }
        return value;
    }

    private static String content(String where, String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(where + ": the file " + path + " cannot be read", e);
        }
    }

    private static ObjectNode object(String where, JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object.deepCopy();
        }
        throw new IllegalArgumentException(where + " must be a list of objects, each beginning with '- name: …'");
    }

    private <T> T bind(String where, ObjectNode node, Class<T> type) {
        try {
            return json.treeToValue(node, type);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    where + ": unknown key '" + e.getPropertyName() + "'; known are " + e.getKnownPropertyIds());
        } catch (JsonProcessingException e) {
            // Jackson's own message may quote the value, which may be a secret.
            throw new IllegalArgumentException(
                    where + " " + node.path("name").asText() + ": a value has the wrong type");
        }
    }
}
