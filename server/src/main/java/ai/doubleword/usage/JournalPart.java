package ai.doubleword.usage;

import ai.doubleword.platform.Sizes;
import ai.doubleword.platform.SystemPart;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How recording of usage is: what waits on disk, and whether PostgreSQL takes it.
@Singleton
final class JournalPart implements SystemPart {
    private static final Duration BEHIND = Duration.ofSeconds(5);
    private static final Duration FAR_BEHIND = Duration.ofMinutes(1);

    private final Journal journal;
    private final Drain drain;

    JournalPart(Journal journal, Drain drain) {
        this.journal = journal;
        this.drain = drain;
    }

    @Override
    public String title() {
        return "Usage journal";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(waiting());
        facts.add(lag());
        String trouble = drain.trouble();
        facts.add(trouble == null ? Fact.good("Drain", "working") : new Fact("Drain", "stuck", Level.BAD, trouble));
        facts.add(Fact.plain("Recorded since the start", String.format(Locale.ROOT, "%,d rows", drain.rows())));
        long failures = drain.failures();
        facts.add(new Fact("Groups tried again", Long.toString(failures), Level.PLAIN, ""));
        return facts;
    }

    private Fact waiting() {
        JournalSpace space = journal.space();
        String value = Sizes.bytes(space.taken()) + " of " + Sizes.bytes(space.limit());
        String trouble = space.trouble();
        if (trouble != null) {
            return new Fact("Waiting on disk", value, Level.BAD, "New requests are refused: " + trouble);
        }
        if (space.taken() > space.limit() / 2) {
            return new Fact(
                    "Waiting on disk",
                    value,
                    Level.WARN,
                    "Full, it refuses new requests. PostgreSQL must take it, or usage.journal.max-bytes grow.");
        }
        return Fact.good("Waiting on disk", value);
    }

    private Fact lag() {
        Duration lag = drain.lag();
        Level level = lag.compareTo(FAR_BEHIND) > 0 ? Level.BAD : lag.compareTo(BEHIND) > 0 ? Level.WARN : Level.GOOD;
        return new Fact(
                "Behind by", Sizes.span(lag), level, level == Level.GOOD ? "" : "Pages show usage that much later.");
    }
}
