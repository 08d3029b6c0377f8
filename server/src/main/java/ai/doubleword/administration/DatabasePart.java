package ai.doubleword.administration;

import ai.doubleword.administration.NodeStore.DatabaseState;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Sizes;
import ai.doubleword.platform.SystemPart;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.JdbiException;

/// How PostgreSQL is.
@Singleton
final class DatabasePart implements SystemPart {
    private static final Duration SLOW = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Database database;

    DatabasePart(Database database) {
        this.database = database;
    }

    @Override
    public String title() {
        return "PostgreSQL";
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public List<Fact> facts() {
        long asked = System.nanoTime();
        DatabaseState state;
        try {
            state = database.engine().withHandle(NodeStore::database);
        } catch (JdbiException e) {
            return List.of(new Fact(
                    "Answers", "no", Level.BAD, "Calls to models go on for a while; management waits for it."));
        }
        Duration answer = Duration.ofNanos(System.nanoTime() - asked);
        return List.of(
                new Fact(
                        "Answers",
                        "in " + Sizes.span(answer),
                        answer.compareTo(SLOW) > 0 ? Level.WARN : Level.GOOD,
                        answer.compareTo(SLOW) > 0 ? "Slow: it is busy, or far away." : ""),
                Fact.plain("Version", state.version()),
                Fact.plain("Size", Sizes.bytes(state.size())),
                new Fact(
                        "Connections",
                        state.connections() + " of " + state.limit(),
                        state.connections() > state.limit() * 0.9 ? Level.WARN : Level.GOOD,
                        state.connections() > state.limit() * 0.9
                                ? "Nodes that start now may find none left: raise max_connections."
                                : ""),
                new Fact(
                        "Oldest transaction",
                        Sizes.span(state.oldest()),
                        state.oldest().compareTo(LONG) > 0 ? Level.WARN : Level.PLAIN,
                        state.oldest().compareTo(LONG) > 0 ? "It keeps old rows from being cleaned up." : ""));
    }
}
