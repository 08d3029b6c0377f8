package ai.doubleword.administration;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.ProgramVersion;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.Shutdown;
import ai.doubleword.platform.SystemPart;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// The nodes that share the database: each gives a sign of life every few seconds, with all that its parts say of
/// themselves, so that any node can show all of them. Blocking, thread-safe.
@Singleton
final class Nodes {
    private static final Logger LOG = Logger.getLogger(Nodes.class);
    private static final ObjectMapper JSON = JsonFormat.mapper();

    private final Database database;
    private final List<SystemPart> parts;
    private final long id;
    private final String name;
    private final Instant started;

    Nodes(Database database, Ids ids, PublicAddress address, @All List<SystemPart> parts) {
        this.database = database;
        this.parts = parts.stream()
                .sorted(Comparator.comparingInt(SystemPart::order))
                .toList();
        this.id = ids.next();
        this.name = Objects.requireNonNullElse(
                System.getenv("HOSTNAME"), address.publicUrl().getAuthority());
        this.started = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }

    // At the start: made by the first sign of life, it could come too late for the end of a short command.
    void start(@Observes StartupEvent event, Shutdown shutdown) {
        shutdown.register(
                Shutdown.Stage.WORK,
                "sign of life",
                () -> database.engine().useHandle(handle -> NodeStore.leave(handle, id)));
    }

    /// What a part said of itself.
    record Section(String title, List<SystemPart.Fact> facts) {
        /// The worst of its facts.
        public SystemPart.Level level() {
            return facts.stream()
                    .map(SystemPart.Fact::level)
                    .max(Comparator.naturalOrder())
                    .orElse(SystemPart.Level.PLAIN);
        }
    }

    /// A node.
    ///
    /// @param silent for how long it has given no sign of life
    /// @param here whether it is this one
    record Node(
            String id,
            String name,
            String version,
            Instant started,
            Duration silent,
            List<Section> sections,
            boolean here) {
        /// Whether it is late.
        public boolean lost() {
            return silent.toSeconds() >= 30;
        }

        /// The worst of its sections.
        public SystemPart.Level level() {
            return sections.stream()
                    .map(Section::level)
                    .max(Comparator.naturalOrder())
                    .orElse(SystemPart.Level.PLAIN);
        }

        /// What is not as it should be, in words.
        public List<SystemPart.Fact> troubles() {
            return sections.stream()
                    .flatMap(section -> section.facts().stream())
                    .filter(fact -> fact.level().compareTo(SystemPart.Level.GOOD) > 0)
                    .toList();
        }
    }

    /// This node first, as it is now; then the others, as they last said.
    List<Node> all() {
        Node here = new Node(Long.toString(id), name, ProgramVersion.text(), started, Duration.ZERO, sections(), true);
        try {
            List<Node> others = database.engine().withHandle(NodeStore::all).stream()
                    .filter(row -> row.id() != id)
                    .map(row -> new Node(
                            Long.toString(row.id()),
                            row.name(),
                            row.version(),
                            row.started(),
                            row.silent(),
                            read(row.parts()),
                            false))
                    .toList();
            return java.util.stream.Stream.concat(java.util.stream.Stream.of(here), others.stream())
                    .toList();
        } catch (JdbiException e) {
            // The page says of PostgreSQL that it does not answer; that is worth more than an error.
            return List.of(here);
        }
    }

    @Scheduled(every = "5s", delayed = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void beat() {
        try {
            String said = JSON.writeValueAsString(sections());
            database.engine()
                    .useHandle(handle -> NodeStore.beat(handle, id, name, ProgramVersion.text(), started, said));
        } catch (JdbiException | JsonProcessingException e) {
            LOG.debug("No sign of life this time", e);
        }
    }

    @Scheduled(every = "1h", delayed = "10m")
    @RunOnVirtualThread
    void prune() {
        database.engine().useHandle(NodeStore::prune);
    }

    private List<Section> sections() {
        return parts.stream()
                .map(part -> new Section(part.title(), part.facts()))
                .toList();
    }

    /// What a node of another version said: what is not understood is left out.
    private static List<Section> read(String said) {
        try {
            return JSON.readValue(said, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }
}
