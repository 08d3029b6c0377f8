package ai.doubleword.responses;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.gateway.Translator;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/// Where calls of the Responses API come in: each is read, and the turns before it found, on a virtual thread. Then the
/// chat completion that it comes to is submitted as any other call, back on the context that it came on; or, where
/// nobody waits for it, the batch engine takes it. The response has the request's own id.
@Singleton
final class ResponsesDoor implements Translator {
    private static final Logger LOG = Logger.getLogger(ResponsesDoor.class);

    private final Gateway gateway;
    private final History history;
    private final Responses responses;
    private final ResponseTeller teller;
    private final Vertx vertx;
    private final Clock clock;

    ResponsesDoor(
            Gateway gateway, History history, Responses responses, ResponseTeller teller, Vertx vertx, Clock clock) {
        this.gateway = gateway;
        this.history = history;
        this.responses = responses;
        this.teller = teller;
        this.vertx = vertx;
        this.clock = clock;
    }

    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    @Override
    public Gateway.Ticket submit(Principal principal, Call call, Sink sink) {
        Context context = vertx.getOrCreateContext();
        DelayedTicket ticket = new DelayedTicket(gateway, principal, call, sink);
        Thread.startVirtualThread(() -> {
            Prepared prepared = prepare(principal, call, sink, context);
            if (prepared instanceof Prepared.Kept(StoredResponse response)) {
                answer(principal, response, new BackgroundAnswer(ticket, sink, context));
            } else {
                context.runOnContext(nothing -> ticket.go(prepared));
            }
        });
        return ticket;
    }

    private Prepared prepare(Principal principal, Call call, Sink sink, Context context) {
        try {
            return switch (ResponsesRequest.read(call.body().getBytes())) {
                case ResponsesRequest.Reading.Refused(Problem problem) -> new Prepared.Wrong(problem);
                case ResponsesRequest.Reading.Good(ResponsesRequest request) ->
                    prepare(principal, call, request, sink, context);
            };
        } catch (ProblemException e) {
            return new Prepared.Wrong(e.problem());
        } catch (RuntimeException e) {
            LOG.warn("A response cannot be begun", e);
            return new Prepared.Wrong(Problem.retry(
                    ErrorCode.NO_CAPACITY,
                    "Stored responses cannot be reached now; try again shortly.",
                    Duration.ofSeconds(5)));
        }
    }

    private Prepared prepare(Principal principal, Call call, ResponsesRequest request, Sink sink, Context context) {
        List<ObjectNode> before = history.before(principal, request);
        return switch (request.toChat(before)) {
            case ResponsesRequest.Translation.Refused(Problem problem) -> new Prepared.Wrong(problem);
            case ResponsesRequest.Translation.Good(byte[] chat) ->
                request.background()
                        ? new Prepared.Kept(responses.submit(principal, call.requestId(), request, before))
                        : new Prepared.Runs(
                                call.with(Buffer.buffer(chat)), translated(principal, call, request, sink, context));
        };
    }

    private Sink translated(Principal principal, Call call, ResponsesRequest request, Sink behind, Context context) {
        ResponseDraft draft = new ResponseDraft(
                StoredResponse.name(call.requestId()),
                Ids.millis(call.requestId()) / 1000,
                request.body().path("service_tier").asText().equals("flex") ? "flex" : "default",
                request);
        return new ResponseSink(draft, behind, clock, (response, then) -> {
            if (request.store()) {
                keep(principal, new StoredResponse(call.requestId(), request, response, 0), context, then);
            } else {
                then.run();
            }
        });
    }

    private void keep(Principal principal, StoredResponse response, Context context, Runnable then) {
        Thread.startVirtualThread(() -> {
            try {
                responses.keep(principal, response);
            } catch (RuntimeException e) {
                // The client gets its answer all the same; it cannot be asked for again.
                LOG.warn("A response could not be stored", e);
            }
            context.runOnContext(nothing -> then.run());
        });
    }

    /// Says that a background request was taken; to who asked for events, all of them. On a virtual thread.
    private void answer(Principal principal, StoredResponse response, BackgroundAnswer answer) {
        if (!response.request().stream()) {
            answer.whole(response.response());
            return;
        }
        answer.begin();
        try {
            teller.tell(principal, response.id(), -1, answer::event);
        } catch (RuntimeException e) {
            // Whoever listens reads on with `starting_after`; the response itself is safe.
            LOG.warn("The events of a background response broke off", e);
        }
        answer.end();
    }

    /// What reading a call came to.
    sealed interface Prepared {
        /// It is to be submitted as this.
        record Runs(Call call, Sink sink) implements Prepared {}

        /// The engine has it.
        record Kept(StoredResponse response) implements Prepared {}

        record Wrong(Problem problem) implements Prepared {}
    }
}
