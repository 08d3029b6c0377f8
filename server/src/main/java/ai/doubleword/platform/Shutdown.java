package ai.doubleword.platform;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/// The order in which things stop. When it begins, no request is being answered any more: the HTTP server stopped
/// accepting, and streams had their time. Within a stage, what registered last stops first. Thread-safe.
@Singleton
public final class Shutdown {
    /// From what makes work to what keeps it.
    public enum Stage {
        /// Loops that watch or poll: feeds, schedules, health checks.
        WORK,
        /// The journal is flushed and drained as far as the database takes it.
        JOURNAL,
        /// Connections to the database close.
        CONNECTIONS,
        /// A PostgreSQL of our own stops.
        POSTGRES,
        /// The home is free for the next.
        HOME
    }

    /// What a feature does to stop; may take its time, but not for ever.
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }

    private record Entry(Stage stage, String name, Step step) {}

    private static final int LAST = 10_000;
    private static final Logger LOG = Logger.getLogger(Shutdown.class);

    private final List<Entry> entries = new ArrayList<>();

    /// Has the step run in its stage; a step that throws is logged, and the others run all the same.
    public synchronized void register(Stage stage, String name, Step step) {
        entries.addFirst(new Entry(stage, name, step));
    }

    // Late: what observes the event by itself still finds everything that it uses.
    void stop(@Observes @Priority(LAST) ShutdownEvent event) {
        run();
    }

    /// Runs what has not run yet, each step once. Also when the start failed half-way, which fires no event.
    @PreDestroy
    void run() {
        List<Entry> due;
        synchronized (this) {
            due = new ArrayList<>(entries);
            entries.clear();
        }
        due.sort(Comparator.comparing(Entry::stage));
        for (Entry entry : due) {
            long start = System.nanoTime();
            try {
                entry.step().run();
                LOG.debugf("%s stopped in %d ms", entry.name(), (System.nanoTime() - start) / 1_000_000);
            } catch (Exception e) {
                LOG.errorf(e, "%s did not stop cleanly", entry.name());
            }
        }
    }
}
