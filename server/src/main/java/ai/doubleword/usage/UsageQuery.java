package ai.doubleword.usage;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What to sum up.
///
/// @param from whole hours: the one that holds this instant counts
/// @param to the first instant that does not count
/// @param by what to group by; hour and day exclude each other
/// @param types of models, empty for all
/// @param models by name, empty for all
/// @param keys by public id, meaning their families; empty for all
/// @param members by id, empty for all
/// @param label of keys, by which to group and to filter
record UsageQuery(
        Instant from,
        Instant to,
        Set<Dimension> by,
        List<String> types,
        List<String> models,
        List<String> keys,
        List<Long> members,
        Label label) {
    UsageQuery(
            Instant from,
            Instant to,
            Set<Dimension> by,
            List<String> types,
            List<String> models,
            List<String> keys,
            List<Long> members) {
        this(from, to, by, types, models, keys, members, Label.NONE);
    }

    /// A label that keys carry, such as `team=search`; what a key carries now counts for all of its usage.
    ///
    /// @param name empty for none
    /// @param value to filter by; null for every value, keys without the label included
    record Label(String name, @Nullable String value) {
        static final Label NONE = new Label("", null);

        /// Reads `team=search` or `team`.
        static Label parse(String text) {
            int equals = text.indexOf('=');
            return equals < 0
                    ? new Label(text.strip(), null)
                    : new Label(
                            text.substring(0, equals).strip(),
                            text.substring(equals + 1).strip());
        }

        boolean isNamed() {
            return !name.isEmpty();
        }
    }

    /// What usage can be grouped by.
    enum Dimension {
        KEY,
        MODEL,
        MEMBER,
        TIER,
        LABEL,
        HOUR,
        DAY
    }

    static UsageQuery between(Instant from, Instant to, Set<Dimension> by) {
        return new UsageQuery(from, to, by, List.of(), List.of(), List.of(), List.of());
    }

    UsageQuery groupedBy(Dimension dimension) {
        return new UsageQuery(from, to, EnumSet.of(dimension), types, models, keys, members, label);
    }

    UsageQuery labelled(Label other) {
        return new UsageQuery(from, to, by, types, models, keys, members, other);
    }

    /// The usage of some keys alone, by public id.
    UsageQuery ofKeys(List<String> others) {
        return new UsageQuery(from, to, by, types, models, others, members, label);
    }

    boolean by(Dimension dimension) {
        return by.contains(dimension);
    }
}
