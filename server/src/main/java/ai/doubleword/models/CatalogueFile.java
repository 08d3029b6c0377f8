package ai.doubleword.models;

import ai.doubleword.platform.JsonField;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Nearest;
import ai.doubleword.platform.YamlLines;
import ai.doubleword.providers.ProviderSpec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
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
    private static final String PROVIDERS = "providers";
    private static final String MODELS = "models";
    private static final List<String> SECTIONS = List.of(PROVIDERS, MODELS);

    private final ObjectMapper json =
            JsonFormat.mapper().setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
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

    /// @throws CatalogueFaultException that says what is wrong where
    Read read(JsonNode root) {
        known(root);
        List<String> discover = new ArrayList<>();
        @Nullable List<ProviderSpec> providers = null;
        @Nullable List<ModelSpec> models = null;
        if (root.has(PROVIDERS)) {
            providers = new ArrayList<>();
            for (JsonNode provider : root.path(PROVIDERS)) {
                String place = PROVIDERS + "[" + providers.size() + "]";
                providers.add(provider(place, object(place, provider), discover));
            }
        }
        if (root.has(MODELS)) {
            models = new ArrayList<>();
            for (JsonNode model : root.path(MODELS)) {
                String place = MODELS + "[" + models.size() + "]";
                models.add(bind(place, object(place, model), ModelSpec.class));
            }
        }
        return new Read(new CatalogueDocument(providers, models), discover);
    }

    /// Settings of the server may stand beside; a misspelt section must not go unseen.
    private static void known(JsonNode root) {
        for (Map.Entry<String, JsonNode> section : root.properties()) {
            String name = section.getKey();
            if (!SECTIONS.contains(name)) {
                Nearest.to(name, SECTIONS).ifPresent(near -> {
                    throw new CatalogueFaultException(
                            name, "unknown section '" + name + "': did you mean '" + near + "'?");
                });
            } else if (!section.getValue().isArray() && !section.getValue().isNull()) {
                throw new CatalogueFaultException(
                        name, name + " must be a list of objects, each beginning with '- name: …'");
            }
        }
    }

    /// How people find a place in a file: `catalogue.yaml:12`.
    static String where(Path file, YamlLines lines, String path) {
        int line = lines.line(path);
        return line == 0 ? file.toString() : file + ":" + line;
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

    private ProviderSpec provider(String place, ObjectNode provider, List<String> discover) {
        JsonNode wished = provider.remove("discover");
        if (wished != null && wished.asBoolean()) {
            discover.add(provider.path("name").asText());
        }
        JsonNode key = provider.remove("api-key");
        JsonNode env = provider.remove("api-key-env");
        JsonNode file = provider.remove("api-key-file");
        JsonNode headers = provider.remove("headers");
        if (key != null && !key.asText().equals(KEPT)) {
            throw new CatalogueFaultException(
                    place + ".api-key", "a secret does not belong into this file: write api-key-env or api-key-file");
        }
        if (env != null) {
            provider.put("api-key", variable(place + ".api-key-env", env.asText()));
            provider.put("api-key-source", "env:" + env.asText());
        } else if (file != null) {
            provider.put("api-key", content(place + ".api-key-file", file.asText()));
            provider.put("api-key-source", "file:" + file.asText());
        }
        ProviderSpec spec = bind(place, provider, ProviderSpec.class);
        return headers == null ? spec : withHeaders(place + ".headers", spec, headers);
    }

    private ProviderSpec withHeaders(String place, ProviderSpec spec, JsonNode headers) {
        Map<String, String> values = new HashMap<>();
        Map<String, String> sources = new HashMap<>();
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            JsonNode value = header.getValue();
            if (value.has("env")) {
                values.put(
                        header.getKey(),
                        variable(
                                place + "." + header.getKey(), value.path("env").asText()));
                sources.put(header.getKey(), "env:" + value.path("env").asText());
            } else if (value.has("file")) {
                values.put(
                        header.getKey(),
                        content(
                                place + "." + header.getKey(),
                                value.path("file").asText()));
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

    private String variable(String place, String name) {
        String value = environment.apply(name);
        if (value == null || value.isEmpty()) {
            throw new CatalogueFaultException(place, "the environment variable " + name + " is not set");
        }
        return value;
    }

    private static String content(String place, String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new CatalogueFaultException(place, "the file " + path + " cannot be read");
        }
    }

    private static ObjectNode object(String place, JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object.deepCopy();
        }
        throw new CatalogueFaultException(place, "here must be an object that begins with '- name: …'");
    }

    private <T> T bind(String place, ObjectNode node, Class<T> type) {
        try {
            return json.treeToValue(node, type);
        } catch (JsonMappingException e) {
            String field = JsonField.of(e);
            // Jackson's own message may quote the value, which may be a secret.
            throw new CatalogueFaultException(
                    field.isEmpty() ? place : place + "." + field,
                    e instanceof UnrecognizedPropertyException unknown
                            ? unknown(unknown)
                            : field + " has a value of the wrong type");
        } catch (JsonProcessingException e) {
            throw new CatalogueFaultException(place, "this cannot be read");
        }
    }

    private static String unknown(UnrecognizedPropertyException failure) {
        List<String> known = failure.getKnownPropertyIds().stream()
                .map(Object::toString)
                .sorted()
                .toList();
        return "unknown key '" + failure.getPropertyName() + "'"
                + Nearest.to(failure.getPropertyName(), known)
                        .map(near -> ": did you mean '" + near + "'?")
                        .orElse("; known are " + String.join(", ", known));
    }
}
