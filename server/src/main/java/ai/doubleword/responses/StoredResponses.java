package ai.doubleword.responses;

import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.JsonFormat;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/// Keeps responses that were answered while their client waited, sealed, until they are deleted or their time is over.
/// Every method blocks on the database. Thread-safe.
@Singleton
final class StoredResponses implements ResponseWriter.Store {
    private static final Logger LOG = Logger.getLogger(StoredResponses.class);
    private static final ObjectMapper JSON = JsonFormat.trees();
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
    ///
    /// @param content the JSON of both, request and response
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Kept(Principal key, StoredResponse response, byte[] content) {
        private static final byte[] REQUEST = "{\"request\":".getBytes(StandardCharsets.UTF_8);
        private static final byte[] RESPONSE = ",\"response\":".getBytes(StandardCharsets.UTF_8);

        static Kept of(Principal key, StoredResponse response) {
            return of(key, response, json(response.request().body()), json(response.response()));
        }

        /// As [#of(Principal, StoredResponse)], where both are there as bytes.
        static Kept of(Principal key, StoredResponse response, byte[] asked, byte[] answered) {
            // Whoever writes a mark of the byte order, or UTF-16, sends JSON that cannot stand within other JSON.
            byte[] request = asked[0] == '{' && asked[1] != 0
                    ? asked
                    : json(response.request().body());
            return new Kept(
                    key,
                    response,
                    ByteBuffer.allocate(REQUEST.length + request.length + RESPONSE.length + answered.length + 1)
                            .put(REQUEST)
                            .put(request)
                            .put(RESPONSE)
                            .put(answered)
                            .put((byte) '}')
                            .array());
        }
    }

    static byte[] json(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /// Keeps a group, all or none, in one transaction.
    @Override
    public void keep(List<Kept> group) throws SQLException {
        List<ResponseStore.Row> rows = group.stream().map(this::row).toList();
        database.engine()
                .useTransaction(handle -> ResponseStore.insert(handle, rows, clock.instant(), config.retention()));
    }

    /// Keeps one as part of the caller's transaction.
    void keep(Handle handle, Kept one) {
        ResponseStore.insert(handle, row(one), clock.instant(), config.retention());
    }

    private ResponseStore.Row row(Kept one) {
        return new ResponseStore.Row(
                one.response().id(), one.key().account(), one.key().member(), seal(one));
    }

    private byte[] seal(Kept kept) {
        try (Secret plain = Secret.of(kept.content())) {
            return box.seal(plain, "response", kept.response().id(), "content");
        }
    }

    Optional<StoredResponse> find(Viewer viewer, long id) {
        return database.inAccount(
                        viewer.account(),
                        handle -> ResponseStore.find(handle, viewer.account(), viewer.member(), id, clock.instant()))
                .map(content -> open(id, content));
    }

    /// One and those that it goes on from, the latest first, as long as they are here. In one transaction, since a
    /// long conversation asks for a thousand.
    ///
    /// @param most of them, and about so many bytes: whoever wants more asks again
    List<StoredResponse> chain(Viewer viewer, long id, int most, long mostBytes) {
        return database.inAccount(viewer.account(), handle -> {
            List<StoredResponse> turns = new ArrayList<>();
            long bytes = 0;
            OptionalLong next = OptionalLong.of(id);
            while (next.isPresent() && turns.size() < most && bytes < mostBytes) {
                long place = next.getAsLong();
                Optional<StoredResponse> found = ResponseStore.find(
                                handle, viewer.account(), viewer.member(), place, clock.instant())
                        .map(content -> open(place, content));
                next = OptionalLong.empty();
                if (found.isPresent()) {
                    StoredResponse turn = found.get();
                    turns.add(turn);
                    bytes += turn.bytes();
                    String previous = turn.request().previous();
                    next = previous == null ? next : StoredResponse.parse(previous);
                }
            }
            return turns;
        });
    }

    boolean delete(Viewer viewer, long id) {
        return database.inAccount(
                viewer.account(), handle -> ResponseStore.delete(handle, viewer.account(), viewer.member(), id));
    }

    @Scheduled(every = "5m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void expire() {
        try {
            int gone;
            do {
                gone = database.engine().withHandle(handle -> ResponseStore.expire(handle, clock.instant(), AT_ONCE));
            } while (gone > 0);
        } catch (JdbiException e) {
            LOG.warnf(e, "Expired responses could not be deleted; the next try is in five minutes");
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
