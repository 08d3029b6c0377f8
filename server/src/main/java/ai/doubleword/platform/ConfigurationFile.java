package ai.doubleword.platform;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `doubleword.yaml` as it was written: each setting with its line, each fault of the text with its line. Immutable.
///
/// Settings are flat, as `server.bind`, lists as `server.trusted-proxies[0]`. The blocks `providers`, `models` and
/// `groups` are no settings but objects of the catalogue; [#section] hands them over whole.
public final class ConfigurationFile {
    /// Top-level blocks that are not settings.
    public static final Set<String> SECTIONS = Set.of("providers", "models", "groups", "tariffs");

    private final Path path;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Finding> faults = new ArrayList<>();
    private JsonNode tree = MissingNode.getInstance();

    /// A setting as the file has it.
    ///
    /// @param value the scalar's text
    /// @param line counted from 1
    public record Entry(String value, int line) {}

    private ConfigurationFile(Path path) {
        this.path = path;
    }

    /// Reads a file. Faults of its text do not throw: [#faults] lists them, and what could be read is there.
    public static ConfigurationFile read(Path path) {
        ConfigurationFile file = new ConfigurationFile(path);
        try {
            String text = Files.readString(path);
            try (YAMLParser parser = new YAMLFactory().createParser(text)) {
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_OBJECT) {
                    file.object(parser, "");
                } else if (token != null && token != JsonToken.VALUE_NULL) {
                    file.fault(
                            1,
                            "",
                            "the file is no list of settings",
                            "Write `server:` and below it, indented, `port: 8080`.");
                }
            }
            if (file.faults.isEmpty()) {
                file.tree = new YAMLMapper().readTree(text);
            }
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            file.fault(
                    place == null ? 1 : place.getLineNr(),
                    "",
                    e.getOriginalMessage().lines().findFirst().orElse("not YAML"),
                    "Check indentation, colons and quotes around this line.");
        } catch (IOException e) {
            file.fault(0, "", "cannot be read: " + e.getMessage(), "Check the path and its permissions.");
        }
        return file;
    }

    public Path path() {
        return path;
    }

    /// Settings by name, without the prefix `doubleword.`, in the file's order.
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /// What is wrong with the text itself: not YAML, or a key given twice.
    public List<Finding> faults() {
        return List.copyOf(faults);
    }

    /// A top-level block that is one of [#SECTIONS]; missing if the file has none.
    public JsonNode section(String name) {
        if (!SECTIONS.contains(name)) {
            throw new IllegalArgumentException(name + " is a setting, not a section");
        }
        return tree.path(name);
    }

    private void object(YAMLParser parser, String prefix) throws IOException {
        Map<String, Integer> seen = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            String name = prefix.isEmpty() ? key : prefix + '.' + key;
            Integer earlier = seen.putIfAbsent(key, line);
            if (earlier != null) {
                fault(line, name, "is given twice, first on line " + earlier, "Keep one of the two.");
            }
            parser.nextToken();
            if (prefix.isEmpty() && SECTIONS.contains(key)) {
                parser.skipChildren();
            } else {
                value(parser, name, line);
            }
        }
    }

    private void value(YAMLParser parser, String name, int line) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, name);
            case START_ARRAY -> {
                for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                    value(
                            parser,
                            name + '[' + i + ']',
                            parser.currentTokenLocation().getLineNr());
                }
            }
            case VALUE_NULL -> {}
            default -> entries.put(name, new Entry(parser.getText(), line));
        }
    }

    private void fault(int line, String key, String wrong, String fix) {
        faults.add(new Finding(Finding.Severity.ERROR, where(line), key, wrong, fix));
    }

    /// How findings name a line of this file: `doubleword.yaml:12`.
    String where(int line) {
        return line == 0 ? path.toString() : path + ":" + line;
    }
}
