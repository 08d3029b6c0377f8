package ai.doubleword.responses;

import ai.doubleword.batch.EndpointHandler;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.jsonl.TokenEstimate;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import ai.doubleword.translation.TokenCounts;
import ai.doubleword.usage.ReportedUsage;
import ai.doubleword.usage.UsageParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/// How the batch engine runs responses: those that came singly, to run in the background, and lines of files.
@Singleton
final class ResponsesLines implements EndpointHandler {
    static final String ENDPOINT = "responses";

    private final Ids ids;
    private final Clock clock;

    ResponsesLines(Ids ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
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
    public Request request(long line, byte[] body) {
        if (line == 0) {
            ResponsesRequest request = ofFile(body);
            return request(new ResponseDraft(name(ids.next()), now(), "default", request), List.of());
        }
        BackgroundBody kept = BackgroundBody.read(body);
        return request(draft(line, kept), kept.history());
    }

    static ResponseDraft draft(long id, BackgroundBody kept) {
        return new ResponseDraft(name(id), Ids.millis(id) / 1000, kept.serviceTier(), kept.request());
    }

    private Request request(ResponseDraft draft, List<ObjectNode> history) {
        return switch (draft.request().toChat(history)) {
            case ResponsesRequest.Translation.Refused(Problem problem) -> throw new ProblemException(problem);
            case ResponsesRequest.Translation.Good(byte[] chat) ->
                new Request(
                        chat,
                        answer -> draft.answered(answer, used(chat, answer), now())
                                .toString()
                                .getBytes(StandardCharsets.UTF_8));
        };
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

    private static TokenCounts used(byte[] chat, byte[] answer) {
        ReportedUsage reported = UsageParser.parse(answer, 0, answer.length);
        return reported == null
                ? new TokenCounts(
                        TokenEstimate.ofText(chat, 0, chat.length),
                        0,
                        0,
                        TokenEstimate.ofText(answer, 0, answer.length),
                        0)
                : ResponseUsage.of(reported.usage());
    }

    private static String name(long id) {
        return StoredResponse.name(id);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
