package ai.doubleword.audit;

import ai.doubleword.platform.KeyText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a page of the log shows, as its address says and its form was filled in.
///
/// @param kind such as `key.created`, or `key` for all that begin so
/// @param who a user's name, address or id
/// @param subject part of what rows are about
/// @param range how far back: one of [#ranges]
public record AuditQuery(String kind, String who, String subject, String range) {
    private static final String ALL = "all";
    private static final Map<String, Duration> RANGES =
            Map.of("24h", Duration.ofDays(1), "7d", Duration.ofDays(7), "30d", Duration.ofDays(30));

    /// As an address has it: what is not known stands for everything.
    static AuditQuery of(String kind, String who, String subject, String range) {
        return new AuditQuery(
                kind.strip(), who.strip(), KeyText.cut(subject.strip()), RANGES.containsKey(range) ? range : ALL);
    }

    /// What `range` may be.
    public List<String> ranges() {
        return List.of("24h", "7d", "30d", ALL);
    }

    /// How far back; nothing for the whole log.
    Optional<Duration> reach() {
        return Optional.ofNullable(RANGES.get(range));
    }

    /// Whether anything narrows the list.
    public boolean filtered() {
        return !kind.isEmpty() || !who.isEmpty() || !subject.isEmpty() || !range.equals(ALL);
    }

    /// The address of the rows before a number, after the page's own.
    public String href(long before) {
        return address(range) + "&before=" + before;
    }

    /// The address of the same with another range.
    public String rangeHref(String other) {
        return address(other);
    }

    private String address(String within) {
        return "?kind=" + encoded(kind) + "&who=" + encoded(who) + "&subject=" + encoded(subject) + "&range=" + within;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
