package ai.doubleword.batch;

import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A table and a template as lines of a file: a request for each row, with the row's cells where the template names
/// columns as `{{column}}`. Stateless.
final class CsvRequests {
    private static final ObjectMapper JSON = JsonFormat.mapper();
    private static final CsvMapper CSV = new CsvMapper();
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*([^{}]+?)\\s*}}");

    private CsvRequests() {}

    /// What becomes of each row.
    ///
    /// @param model to call
    /// @param embedding whether the model makes vectors of the prompt instead of answering it
    /// @param system what the model is told beforehand; empty for nothing
    /// @param prompt what is asked or embedded
    /// @param maxTokens the longest answer; 0 for the model's own
    /// @param idColumn the column that names the requests; empty to number them
    record Template(String model, boolean embedding, String system, String prompt, int maxTokens, String idColumn) {}

    /// A table.
    ///
    /// @param columns the first row
    record Table(List<String> columns, List<Map<String, String>> rows) {}

    /// @throws ProblemException `invalid_value` if it is no table with a head and a row
    static Table read(String text) {
        List<List<String>> lines = new ArrayList<>();
        try (MappingIterator<List<String>> cells = CSV.readerForListOf(String.class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                .readValues(text.startsWith("\ufeff") ? text.substring(1) : text)) {
            while (cells.hasNextValue()) {
                lines.add(cells.nextValue());
            }
        } catch (IOException e) {
            throw refused(
                    "csv",
                    "The table cannot be read after row " + lines.size() + ": a quote is not closed, or"
                            + " something stands behind one.");
        }
        if (lines.size() < 2) {
            throw refused("csv", "The table needs a first row with the names of its columns, and a row below it.");
        }
        List<String> columns = lines.getFirst().stream().map(String::strip).toList();
        if (columns.stream().distinct().count() < columns.size() || columns.contains("")) {
            throw refused("csv", "Each column needs a name of its own in the first row.");
        }
        List<Map<String, String>> rows = new ArrayList<>();
        for (int row = 1; row < lines.size(); row++) {
            List<String> cells = lines.get(row);
            if (cells.size() != columns.size()) {
                throw refused(
                        "csv",
                        "Row " + (row + 1) + " has " + cells.size() + " cells, the first row has " + columns.size()
                                + ".");
            }
            Map<String, String> named = new LinkedHashMap<>();
            for (int i = 0; i < cells.size(); i++) {
                named.put(columns.get(i), cells.get(i));
            }
            rows.add(named);
        }
        return new Table(columns, rows);
    }

    /// The lines of so many rows.
    ///
    /// @throws ProblemException `invalid_value` if the template is empty, or names what is no column
    static List<String> lines(Table table, Template template, int limit) {
        if (template.prompt().isBlank()) {
            throw refused(
                    "prompt",
                    "The template is empty: write what to ask, with columns as {{"
                            + table.columns().getFirst() + "}}.");
        }
        requireColumns(table, template.system() + template.prompt());
        if (!template.idColumn().isEmpty() && !table.columns().contains(template.idColumn())) {
            throw refused("id_column", "There is no column '" + template.idColumn() + "'.");
        }
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < Math.min(limit, table.rows().size()); row++) {
            lines.add(line(table.rows().get(row), template, row + 1));
        }
        return lines;
    }

    private static void requireColumns(Table table, String text) {
        TreeSet<String> unknown = new TreeSet<>();
        Matcher place = PLACE.matcher(text);
        while (place.find()) {
            if (!table.columns().contains(place.group(1))) {
                unknown.add(place.group(1));
            }
        }
        if (!unknown.isEmpty()) {
            throw refused(
                    "prompt",
                    "The table has no column " + String.join(", ", unknown) + "; it has "
                            + String.join(", ", table.columns()) + ".");
        }
    }

    private static String line(Map<String, String> row, Template template, int number) {
        ObjectNode line = JSON.createObjectNode();
        line.put(
                "custom_id",
                template.idColumn().isEmpty() ? "row-" + number : row.getOrDefault(template.idColumn(), ""));
        line.put("method", "POST");
        line.put("url", (template.embedding() ? LineEndpoint.EMBEDDINGS : LineEndpoint.CHAT).url());
        ObjectNode body = line.putObject("body");
        body.put("model", template.model());
        String prompt = fill(template.prompt(), row);
        if (template.embedding()) {
            body.put("input", prompt);
        } else {
            ArrayNode messages = body.putArray("messages");
            if (!template.system().isBlank()) {
                messages.addObject().put("role", "system").put("content", fill(template.system(), row));
            }
            messages.addObject().put("role", "user").put("content", prompt);
            if (template.maxTokens() > 0) {
                body.put("max_tokens", template.maxTokens());
            }
        }
        return line.toString();
    }

    private static String fill(String text, Map<String, String> row) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(row.getOrDefault(place.group(1), "")));
    }

    private static ProblemException refused(String field, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, field, message));
    }
}
