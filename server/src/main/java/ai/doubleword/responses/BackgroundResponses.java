package ai.doubleword.responses;

import ai.doubleword.batch.SingleLine;
import ai.doubleword.batch.SingleLines;
import ai.doubleword.batch.SingleState;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Responses that nobody waits for: lines of the batch engine, whose id is the response's. Blocks; thread-safe.
@Singleton
final class BackgroundResponses {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEMBER = "member";
    private static final long REMEMBERED_BYTES = 16 << 20;

    private final SingleLines lines;
    private final BatchFiles sight;

    /// What was submitted never changes, and whoever waits asks for it again and again.
    private final Cache<Long, Submitted> remembered = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_BYTES)
            .weigher((Long id, Submitted submitted) -> submitted.bytes())
            .build();

    private record Submitted(long account, long member, BackgroundBody body, int bytes) {}

    BackgroundResponses(SingleLines lines, BatchFiles sight) {
        this.lines = lines;
        this.sight = sight;
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
        return new StoredResponse(id, request, ResponsesLines.draft(id, body).object("queued"));
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

    /// What a key may see of its account.
    Optional<StoredResponse> find(Principal key, long id) {
        return submitted(key, id).flatMap(body -> lines.state(key.account(), id).map(state -> stored(id, body, state)));
    }

    /// Cancels one that has not ended.
    ///
    /// @return how it stands then
    Optional<StoredResponse> cancel(Principal key, long id) {
        return submitted(key, id)
                .flatMap(body -> lines.cancel(key.account(), id).map(state -> stored(id, body, state)));
    }

    boolean delete(Principal key, long id) {
        boolean known = submitted(key, id).isPresent();
        remembered.invalidate(id);
        return known && lines.delete(key.account(), id);
    }

    /// Waits until one has ended, but no longer than so.
    void await(Principal key, long id, Duration limit) {
        var _ = lines.await(key.account(), id, limit);
    }

    private Optional<BackgroundBody> submitted(Principal key, long id) {
        long member = sight.sight(key);
        return read(key.account(), id)
                .filter(one -> one.account() == key.account() && (member == 0 || one.member() == member))
                .map(Submitted::body);
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

    private static StoredResponse stored(long id, BackgroundBody body, SingleState state) {
        ResponseDraft draft = ResponsesLines.draft(id, body);
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
        return new StoredResponse(id, body.request(), response);
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
