package ai.doubleword.simulator;

import ai.doubleword.simulator.SimulatedModel.Kind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What the simulator serves.
///
/// As a file, YAML or JSON:
/// ```yaml
/// seed: 42
/// prefix-cache: 1048576              # tokens of prompts that are remembered, of all models together
/// models:
///   - name: slow-chat
///     kind: chat                       # chat, reasoning, responses, instant, stamped, embedding
///     first-token: lognormal 120ms 0.4 # 20ms, uniform 50ms..200ms, lognormal MEDIAN SIGMA
///     between-tokens: 20ms
///     tokens: 24..96                   # or one number
///     concurrency: 8
///     queue: 100
///     context-length: 8192
///     fault: 429?retry-after=2         # see Fault
///   - name: vectors
///     kind: embedding
///     dimensions: 384
/// ```
///
/// @param seed changes every answer
/// @param models by name; names are unique
/// @param prefixCacheTokens tokens of prompts that are remembered, of all models together
public record SimulatorConfig(long seed, List<SimulatedModel> models, int prefixCacheTokens) {
    private static final int USUAL_CACHE = 1_048_576;

    private static final Set<String> KEYS = Set.of(
            "name",
            "kind",
            "first-token",
            "between-tokens",
            "tokens",
            "concurrency",
            "queue",
            "context-length",
            "dimensions",
            "fault");

    public SimulatorConfig {
        models = List.copyOf(models);
    }

    /// Remembers 1,048,576 tokens of prompts.
    public SimulatorConfig(long seed, List<SimulatedModel> models) {
        this(seed, models, USUAL_CACHE);
    }

    /// Seed 42, no delays, and the models `sim-chat`, `sim-reasoner`, `sim-responses`, `sim-instant`, `sim-stamped`
    /// and `sim-embedding`.
    public static SimulatorConfig defaults() {
        return new SimulatorConfig(
                42,
                List.of(
                        SimulatedModel.of("sim-chat", Kind.CHAT),
                        SimulatedModel.of("sim-reasoner", Kind.REASONING),
                        SimulatedModel.of("sim-responses", Kind.RESPONSES),
                        SimulatedModel.of("sim-instant", Kind.INSTANT),
                        SimulatedModel.of("sim-stamped", Kind.STAMPED),
                        SimulatedModel.of("sim-embedding", Kind.EMBEDDING)));
    }

    /// @throws IllegalArgumentException naming the model and the key that is wrong
    public static SimulatorConfig load(Path file) throws IOException {
        JsonNode root = new YAMLMapper().readTree(file.toFile());
        List<SimulatedModel> models = new ArrayList<>();
        for (JsonNode node : root.path("models")) {
            models.add(model(node));
        }
        return new SimulatorConfig(
                root.path("seed").asLong(42),
                models.isEmpty() ? defaults().models() : models,
                root.path("prefix-cache").asInt(USUAL_CACHE));
    }

    private static SimulatedModel model(JsonNode node) {
        String name = node.path("name").asText();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a model without a name");
        }
        for (Iterator<String> keys = node.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("model " + name + ": unknown key '" + key + "'; known are " + KEYS);
            }
        }
        try {
            Kind kind = Kind.valueOf(node.path("kind").asText("chat").toUpperCase(Locale.ROOT));
            String[] tokens = node.path("tokens").asText("24..96").split("\\.\\.", 2);
            return SimulatedModel.of(name, kind)
                    .paced(
                            Distribution.parse(node.path("first-token").asText("0")),
                            Distribution.parse(node.path("between-tokens").asText("0")))
                    .limited(
                            node.path("concurrency").asInt(0),
                            node.path("queue").asInt(Integer.MAX_VALUE))
                    .sized(new SimulatedModel.Size(
                            Integer.parseInt(tokens[0]),
                            Integer.parseInt(tokens[tokens.length - 1]),
                            node.path("context-length").asInt(131_072),
                            node.path("dimensions").asInt(384)))
                    .failing(node.path("fault").asText("ok"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("model " + name + ": " + e.getMessage(), e);
        }
    }
}
