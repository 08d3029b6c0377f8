package ai.doubleword.responses;

import ai.doubleword.batch.SingleLine;
import ai.doubleword.batch.SingleLines;
import ai.doubleword.batch.SingleState;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Responses that nobody waits for: lines of the batch engine, whose id is the response's. Blocks; thread-safe.
@Singleton
final class BackgroundResponses {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final String MEMBER = "member";
    private static final long REMEMBERED_BYTES = 16 << 20;

    private final SingleLines lines;

    /// What was submitted never changes, and whoever waits asks for it again and again.
    private final Cache<Long, Submitted> remembered = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_BYTES)
            .weigher((Long id, Submitted submitted) -> submitted.bytes())
            .build();

    private record Submitted(long account, long member, BackgroundBody body, int bytes, WaitingBody waiting) {
        Submitted(long account, long member, BackgroundBody body, int bytes) {
            this(account, member, body, bytes, new WaitingBody());
        }
    }

    BackgroundResponses(SingleLines lines) {
        this.lines = lines;
    }

    /// Takes a request; it is durable when this returns.
    ///
    /// @return the response as it stands then
    /// @throws ProblemException if it may not run
    StoredResponse submit(Principal key, long id, ResponsesRequest request, List<ObjectNode> history) {
        if (!request.store()) {
            throw wrong("store", "`background` needs `store`: the answer is asked for later.");
        }
        Tier tier = tier(request);
        BackgroundBody body = new BackgroundBody(request, history, tier == Tier.REALTIME ? "default" : "flex");
        byte[] bytes = body.bytes();
        lines.submit(
                key,
                new SingleLine(
                        id,
                        ResponsesLines.ENDPOINT,
                        request.model(),
                        tier,
                        bytes,
                        request.body().path("max_output_tokens").asInt(0),
                        Map.of(MEMBER, Long.toString(key.member()))));
        remembered.put(id, new Submitted(key.account(), key.member(), body, bytes.length));
        return new StoredResponse(id, request, ResponsesLines.draft(id, body).object("queued"), bytes.length, 0, null);
    }

    private static Tier tier(ResponsesRequest request) {
        return switch (request.body().path("service_tier").asText("auto")) {
            case "auto", "default", "priority", "null" -> Tier.REALTIME;
            case "flex" -> Tier.FLEX;
            case "background" -> Tier.BACKGROUND;
            default ->
                throw wrong("service_tier", "`service_tier` must be auto, default, priority, flex or background.");
        };
    }

    /// Whether it is known without the database that one is of the background.
    boolean remembers(long id) {
        return remembered.getIfPresent(id) != null;
    }

    /// A response that has not ended, as JSON; nothing where that is not known at once, so that it is to be looked for.
    /// Does not block.
    CompletionStage<Optional<byte[]>> waiting(Principal key, long id) {
        Submitted known = remembered.getIfPresent(id);
        // What others made may be for this key's eyes too, but that is a question to the database.
        if (known == null || known.account() != key.account() || known.member() != key.member()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return lines.glance(known.account(), id)
                .thenApply(state -> state.map(open ->
                        known.waiting().of(open, () -> stored(id, known, open).response())));
    }

    Optional<StoredResponse> find(Viewer viewer, long id) {
        return submitted(viewer, id)
                .flatMap(known -> lines.state(viewer.account(), id).map(state -> stored(id, known, state)));
    }

    /// The one whose request in usage tells of a line in a pack; as [SingleLines#inPack].
    Optional<StoredResponse> inPack(Viewer viewer, long pack, int line) {
        OptionalLong id = lines.inPack(viewer.account(), pack, line);
        return id.isEmpty() ? Optional.empty() : find(viewer, id.getAsLong());
    }

    /// The newest before one, the newest first.
    List<StoredResponse> latest(Viewer viewer, long before, int limit) {
        List<StoredResponse> found = new ArrayList<>();
        List<Long> page = List.of(before);
        do {
            page = lines.latest(viewer.account(), page.getLast(), limit);
            page.forEach(id -> find(viewer, id).ifPresent(found::add));
        } while (page.size() == limit && found.size() < limit);
        return found.subList(0, Math.min(found.size(), limit));
    }

    /// Cancels one that has not ended.
    ///
    /// @return how it stands then
    Optional<StoredResponse> cancel(Viewer viewer, long id) {
        return submitted(viewer, id)
                .flatMap(known -> lines.cancel(viewer.account(), id).map(state -> stored(id, known, state)));
    }

    boolean delete(Viewer viewer, long id) {
        boolean known = submitted(viewer, id).isPresent();
        remembered.invalidate(id);
        return known && lines.delete(viewer.account(), id);
    }

    /// Completes when one has ended, or there is none; as [SingleLines#whenEnded].
    CompletableFuture<Void> whenEnded(Viewer viewer, long id) {
        return lines.whenEnded(viewer.account(), id);
    }

    private Optional<Submitted> submitted(Viewer viewer, long id) {
        return read(viewer.account(), id)
                .filter(one ->
                        one.account() == viewer.account() && (viewer.member() == 0 || one.member() == viewer.member()));
    }

    private Optional<Submitted> read(long account, long id) {
        Submitted known = remembered.getIfPresent(id);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            Optional<Submitted> found = lines.submitted(account, id)
                    .filter(line -> line.endpoint().equals(ResponsesLines.ENDPOINT))
                    .map(line -> new Submitted(
                            account,
                            Long.parseLong(line.metadata().getOrDefault(MEMBER, "0")),
                            BackgroundBody.read(line.body()),
                            line.body().length));
            found.ifPresent(one -> remembered.put(id, one));
            return found;
        } catch (IOException e) {
            throw new ProblemException(Problem.retry(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    "The response cannot be read now; try again shortly.",
                    Duration.ofSeconds(5)));
        }
    }

    private static StoredResponse stored(long id, Submitted submitted, SingleState state) {
        ResponseDraft draft = ResponsesLines.draft(id, submitted.body());
        ObjectNode response = switch (state) {
            case SingleState.Queued queued -> draft.object("queued");
            case SingleState.InProgress running -> draft.object("in_progress");
            case SingleState.Cancelled cancelled -> draft.object("cancelled");
            case SingleState.Completed(long request, byte[] answer) -> parse(answer);
            case SingleState.Failed failed ->
                draft.failed(
                        ResponseDraft.Fault.of(failed.status(), failed.message()),
                        Ids.millis(failed.request() == 0 ? id : failed.request()) / 1000);
        };
        JsonNode events = response.remove(LiveAnswer.EVENTS);
        return new StoredResponse(
                id,
                submitted.body().request(),
                response,
                submitted.bytes(),
                call(state),
                events == null ? null : EventLog.of(events));
    }

    private static long call(SingleState state) {
        return switch (state) {
            case SingleState.Completed done -> done.request();
            case SingleState.Failed failed -> failed.request();
            case SingleState.Queued queued -> 0;
            case SingleState.InProgress running -> 0;
            case SingleState.Cancelled cancelled -> 0;
        };
    }

    private static ObjectNode parse(byte[] answer) {
        try {
            return (ObjectNode) JSON.readTree(answer);
        } catch (IOException e) {
            throw new IllegalStateException("the result of a response is no JSON", e);
        }
    }

    private static ProblemException wrong(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }
}
