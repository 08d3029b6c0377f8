package ai.doubleword.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What a command prints: aligned text for people, or the API's JSON for programs. Nothing else goes to standard
/// output.
public final class CommandOutput {
    private static final String GAP = "  ";

    private final PrintWriter out;
    private final boolean json;

    CommandOutput(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /// One column of a table.
    ///
    /// @param title in capitals, as `NAME`
    /// @param cell what stands there for a row; empty prints a dash
    public record Column(String title, Function<JsonNode, String> cell) {
        /// A column that shows a field, by name or by JSON pointer (`/limits/requests_per_minute`).
        public static Column of(String title, String field) {
            return new Column(title, row -> text(field.startsWith("/") ? row.at(field) : row.path(field)));
        }
    }

    /// Whether the reader asked for JSON, and so for nothing but it.
    public boolean isJson() {
        return json;
    }

    /// Prints rows: as a table, or as the JSON array they are.
    ///
    /// @param none what to say instead of an empty table
    public void table(JsonNode rows, String none, Column... columns) {
        if (json) {
            print(rows);
        } else if (rows.isEmpty()) {
            out.println(none);
        } else {
            List<List<String>> lines = new ArrayList<>();
            lines.add(java.util.Arrays.stream(columns).map(Column::title).toList());
            for (JsonNode row : rows) {
                lines.add(java.util.Arrays.stream(columns)
                        .map(column -> dashed(column.cell().apply(row)))
                        .toList());
            }
            align(lines);
        }
    }

    /// Prints one object: a line per field, or its JSON.
    public void details(JsonNode object) {
        if (json) {
            print(object);
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        fields("", object, lines);
        align(lines);
    }

    /// A line for each field; those of an object within stand below its name, and objects in a list one below the
    /// other.
    private static void fields(String within, JsonNode object, List<List<String>> lines) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = within + field.getKey().replace('_', ' ');
            JsonNode value = field.getValue();
            if (value.isObject() && !value.isEmpty()) {
                fields(name + ": ", value, lines);
            } else if (value.isArray() && value.path(0).isObject()) {
                value.forEach(element -> lines.add(List.of(name, dashed(text(element)))));
            } else {
                lines.add(List.of(name, dashed(text(value))));
            }
        }
    }

    /// Prints JSON, or for people a sentence instead.
    public void said(JsonNode answer, String sentence) {
        if (json) {
            print(answer);
        } else {
            out.println(sentence);
        }
    }

    /// Prints a sentence for people; nothing where JSON was asked for.
    public void note(String sentence) {
        if (!json) {
            out.println(sentence);
        }
    }

    private void print(JsonNode answer) {
        if (answer.isMissingNode()) {
            return;
        }
        try {
            out.println(JsonFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void align(List<List<String>> lines) {
        int columns = lines.isEmpty() ? 0 : lines.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                text.append(line.get(i));
                if (i < columns - 1) {
                    text.repeat(' ', widths[i] - width(line.get(i))).append(GAP);
                }
            }
            out.println(text);
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String dashed(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isObject()) {
            List<String> parts = new ArrayList<>();
            value.properties()
                    .forEach(field ->
                            parts.add(field.getKey().replace('_', ' ') + " " + dashed(text(field.getValue()))));
            return String.join(", ", parts);
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(text(part)));
            return String.join(", ", parts);
        }
        // A control character from a name could repaint the operator's terminal.
        return value.asText(value.toString()).replaceAll("\\p{Cntrl}", "?");
    }
}
