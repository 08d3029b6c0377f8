package ai.doubleword.audit;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A row of the log as a page shows it to people.
///
/// @param what what happened, in words
/// @param who the name of who did it; empty for the program itself
/// @param through what proved it, in a word; empty for none
/// @param subject the name or id of what it happened to; may be empty
/// @param changes field by field, those that differ
public record AuditLine(
        long seq,
        Instant at,
        String what,
        String who,
        String through,
        String client,
        String subject,
        List<Change> changes) {
    private static final ObjectMapper JSON = JsonFormat.mapper();

    /// What became of one field.
    ///
    /// @param before empty where it was absent
    /// @param after empty where it is absent
    public record Change(String field, String before, String after) {}

    /// @param who as the component
    /// @param subject as the component
    static AuditLine of(AuditRow row, String who, String subject) {
        return new AuditLine(
                row.seq(),
                row.at(),
                words(row.kind()),
                who,
                through(row.credential()),
                row.client(),
                subject,
                changes(row.was(), row.became()));
    }

    /// `join_request.approved` is `Join request approved`.
    private static String words(String kind) {
        String words = kind.replace('.', ' ').replace('_', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String through(String credential) {
        return credential.startsWith("session_") ? "browser" : credential;
    }

    private static List<Change> changes(String was, String became) {
        Map<String, String> before = fields(was);
        Map<String, String> after = fields(became);
        List<Change> changes = new ArrayList<>();
        Map<String, String> all = new TreeMap<>(before);
        all.putAll(after);
        for (String field : all.keySet()) {
            Change change = new Change(field, before.getOrDefault(field, ""), after.getOrDefault(field, ""));
            if (!change.before().equals(change.after())) {
                changes.add(change);
            }
        }
        return changes;
    }

    /// The leaves of an object by their path, `limits.requests_per_minute`; those that say nothing are left out.
    private static Map<String, String> fields(String json) {
        Map<String, String> fields = new TreeMap<>();
        if (!json.isEmpty()) {
            try {
                JsonNode read = JSON.readTree(json);
                // Of an event about one thing the log holds that thing whole, under its name.
                boolean whole = read.size() == 1 && read.iterator().next().isObject();
                add("", whole ? read.iterator().next() : read, fields);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("an audit row that holds no JSON", e);
            }
        }
        return fields;
    }

    private static void add(String path, JsonNode node, Map<String, String> fields) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> add(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), fields));
            return;
        }
        String text = node.isValueNode() ? node.asText() : node.toString();
        if (!node.isNull() && !text.isEmpty() && !text.equals("[]")) {
            fields.put(path, text);
        }
    }
}
