package ai.doubleword.usage;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What to sum up.
///
/// @param from whole hours: the one that holds this instant counts
/// @param to the first instant that does not count
/// @param by what to group by; hour and day exclude each other
/// @param types of models, empty for all
/// @param models by name, empty for all
/// @param keys by public id, meaning their families; empty for all
/// @param members by id, empty for all
record UsageQuery(
        Instant from,
        Instant to,
        Set<Dimension> by,
        List<String> types,
        List<String> models,
        List<String> keys,
        List<Long> members) {
    /// What usage can be grouped by.
    enum Dimension {
        KEY,
        MODEL,
        MEMBER,
        TIER,
        HOUR,
        DAY
    }

    static UsageQuery between(Instant from, Instant to, Set<Dimension> by) {
        return new UsageQuery(from, to, by, List.of(), List.of(), List.of(), List.of());
    }

    UsageQuery groupedBy(Dimension dimension) {
        return new UsageQuery(from, to, EnumSet.of(dimension), types, models, keys, members);
    }

    boolean by(Dimension dimension) {
        return by.contains(dimension);
    }
}
