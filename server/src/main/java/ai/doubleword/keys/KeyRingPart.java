package ai.doubleword.keys;

import ai.doubleword.platform.Sizes;
import ai.doubleword.platform.SystemPart;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// How true the keys in memory are.
@Singleton
final class KeyRingPart implements SystemPart {
    private final RingFeed feed;
    private final KeysConfig config;

    KeyRingPart(RingFeed feed, KeysConfig config) {
        this.feed = feed;
        this.config = config;
    }

    @Override
    public String title() {
        return "API keys";
    }

    @Override
    public int order() {
        return 40;
    }

    @Override
    public List<Fact> facts() {
        return List.of(
                Fact.plain(
                        "In memory",
                        String.format(Locale.ROOT, "%,d", feed.ring().size())),
                freshness());
    }

    private Fact freshness() {
        Duration age = Duration.ofNanos(feed.ageNanos());
        String value = Sizes.span(age) + " ago";
        if (age.compareTo(KeyRing.FRESH) <= 0) {
            return Fact.good("Certainly true", value);
        }
        return feed.ring().trustworthy()
                ? new Fact(
                        "Certainly true",
                        value,
                        Level.WARN,
                        "PostgreSQL is out of reach: keys go on working for "
                                + Sizes.span(positive(config.outageLease().minus(age))) + " more.")
                : new Fact("Certainly true", value, Level.BAD, "Too long ago: all keys are refused until it is again.");
    }

    private static Duration positive(Duration span) {
        return span.isNegative() ? Duration.ZERO : span;
    }
}
