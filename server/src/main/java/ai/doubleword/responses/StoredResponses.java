package ai.doubleword.responses;

import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/// Keeps responses that were answered while their client waited, sealed, until they are deleted or their time is over.
/// Every method blocks on the database. Thread-safe.
@Singleton
final class StoredResponses implements ResponseWriter.Store {
    private static final Logger LOG = Logger.getLogger(StoredResponses.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 1000;

    private final Database database;
    private final SecretBox box;
    private final ResponsesConfig config;
    private final Clock clock;

    StoredResponses(Database database, SecretBox box, ResponsesConfig config, Clock clock) {
        this.database = database;
        this.box = box;
        this.config = config;
        this.clock = clock;
    }

    /// A response to keep, and by which key it was asked for.
    record Kept(Principal key, StoredResponse response) {}

    /// Keeps a group, all or none, in one transaction.
    @Override
    public void keep(List<Kept> group) throws SQLException {
        database.engine().useTransaction(handle -> keep(handle, group));
    }

    /// The same as part of the caller's transaction.
    void keep(Handle handle, List<Kept> group) throws SQLException {
        List<ResponseStore.Row> rows = group.stream()
                .map(one -> new ResponseStore.Row(
                        one.response().id(), one.key().account(), one.key().member(), seal(one.response())))
                .toList();
        ResponseStore.insert(handle, rows, clock.instant(), config.retention());
    }

    private byte[] seal(StoredResponse stored) {
        ObjectNode both = JSON.createObjectNode();
        both.set("request", stored.request().body());
        both.set("response", stored.response());
        try (Secret plain = Secret.of(both.toString().getBytes(StandardCharsets.UTF_8))) {
            return box.seal(plain, "response", stored.id(), "content");
        }
    }

    Optional<StoredResponse> find(Viewer viewer, long id) {
        return database.inAccount(
                        viewer.account(),
                        handle -> ResponseStore.find(handle, viewer.account(), viewer.member(), id, clock.instant()))
                .map(content -> open(id, content));
    }

    boolean delete(Viewer viewer, long id) {
        return database.inAccount(
                viewer.account(), handle -> ResponseStore.delete(handle, viewer.account(), viewer.member(), id));
    }

    @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void expire() {
        try {
            int gone;
            do {
                gone = database.engine().withHandle(handle -> ResponseStore.expire(handle, clock.instant(), AT_ONCE));
            } while (gone == AT_ONCE);
        } catch (JdbiException e) {
            LOG.warnf(e, "Expired responses could not be deleted; the next try is in a minute");
        }
    }

    private StoredResponse open(long id, byte[] content) {
        try (Secret plain = box.open(content, "response", id, "content")) {
            JsonNode both = JSON.readTree(plain.reveal());
            return new StoredResponse(
                    id,
                    ResponsesRequest.accepted(both.get("request")),
                    (ObjectNode) both.get("response"),
                    content.length);
        } catch (IOException e) {
            throw new IllegalStateException("a stored response is no JSON", e);
        }
    }
}
