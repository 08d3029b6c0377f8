package ai.doubleword.platform;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// On which line of a YAML text things stand, by their path: `models[2].targets[0].provider`. Immutable.
public final class YamlLines {
    private final Map<String, Integer> lines = new HashMap<>();

    private YamlLines() {}

    /// @throws IOException if it is no YAML
    public static YamlLines of(String text) throws IOException {
        YamlLines lines = new YamlLines();
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() != null) {
                lines.value(parser, "");
            }
        }
        return lines;
    }

    /// The line of a path, else of the nearest thing around it; `_` and `-` are the same in it.
    ///
    /// @return counted from 1; 0 if the text has nothing of it
    public int line(String path) {
        String place = path.replace('_', '-');
        while (!place.isEmpty() && !lines.containsKey(place)) {
            place = place.substring(0, Math.max(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['))));
        }
        return lines.getOrDefault(place, 0);
    }

    private void value(YAMLParser parser, String path) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName().replace('_', '-');
                    String field = path.isEmpty() ? name : path + "." + name;
                    enter(parser, field);
                    parser.nextToken();
                    value(parser, field);
                }
            }
            case START_ARRAY -> {
                for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                    String element = path + "[" + i + "]";
                    enter(parser, element);
                    value(parser, element);
                }
            }
            default -> {}
        }
    }

    private void enter(YAMLParser parser, String path) {
        lines.put(path, parser.currentTokenLocation().getLineNr());
    }
}
