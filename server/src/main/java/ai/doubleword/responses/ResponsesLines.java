package ai.doubleword.responses;

import ai.doubleword.batch.EndpointHandler;
import ai.doubleword.batch.LineEnd;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the batch engine runs responses: those that came singly, to run in the background, and lines of files.
@Singleton
final class ResponsesLines implements EndpointHandler {
    static final String ENDPOINT = "responses";

    private final ModelRequests requests;
    private final Ids ids;
    private final Clock clock;
    private final LiveRuns live;

    ResponsesLines(ModelRequests requests, Ids ids, Clock clock, LiveRuns live) {
        this.requests = requests;
        this.ids = ids;
        this.clock = clock;
        this.live = live;
    }

    @Override
    public String endpoint() {
        return ENDPOINT;
    }

    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    @Override
    public Request request(long line, int attempt, byte[] body) {
        if (line == 0) {
            ResponsesRequest request = ofFile(body);
            ResponseDraft draft = new ResponseDraft(name(ids.next()), now(), "default", request);
            return request(made(request, List.of(), false), whole(draft));
        }
        BackgroundBody kept = BackgroundBody.read(body);
        ModelRequests.Made.Good made = made(kept.request(), kept.history(), kept.request().stream());
        return request(
                made,
                kept.request().stream()
                        ? new LiveAnswer(
                                draft(line, kept).again(attempt),
                                live.begin(line, BackgroundEvents.first(attempt)),
                                clock)
                        : whole(draft(line, kept)));
    }

    static ResponseDraft draft(long id, BackgroundBody kept) {
        return new ResponseDraft(name(id), Ids.millis(id) / 1000, kept.serviceTier(), kept.request());
    }

    private static Request request(ModelRequests.Made.Good made, Answer answer) {
        return new Request(made.body().getBytes(), made.asWritten(), answer);
    }

    private ModelRequests.Made.Good made(ResponsesRequest request, List<ObjectNode> history, boolean events) {
        return switch (requests.of(request, history, events)) {
            case ModelRequests.Made.Refused(Problem problem) -> throw new ProblemException(problem);
            case ModelRequests.Made.Good good -> good;
        };
    }

    private Answer whole(ResponseDraft draft) {
        return (answer, used) -> {
            ObjectNode response = draft.answered(answer, ResponseUsage.of(used), now());
            return new Result(
                    response.toString().getBytes(StandardCharsets.UTF_8),
                    response.path("status").asText().equals("completed"));
        };
    }

    /// As OpenAI tells of them: by the id alone.
    @Override
    public Optional<News> news(long line, LineEnd end) {
        AccountEventType type = switch (end) {
            case COMPLETED -> AccountEventType.RESPONSE_COMPLETED;
            case INCOMPLETE -> AccountEventType.RESPONSE_INCOMPLETE;
            case FAILED -> AccountEventType.RESPONSE_FAILED;
            case CANCELLED -> AccountEventType.RESPONSE_CANCELLED;
        };
        return Optional.of(new News(type, Map.of("id", name(line))));
    }

    private static ResponsesRequest ofFile(byte[] body) {
        ResponsesRequest request = switch (ResponsesRequest.read(body)) {
            case ResponsesRequest.Reading.Refused(Problem problem) -> throw new ProblemException(problem);
            case ResponsesRequest.Reading.Good(ResponsesRequest good) -> good;
        };
        if (request.previous() != null || request.conversation() != null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    request.previous() == null ? "conversation" : "previous_response_id",
                    "Lines of a batch stand alone; send the conversation as `input`."));
        }
        return request;
    }

    private static String name(long id) {
        return StoredResponse.name(id);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
