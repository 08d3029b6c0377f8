package ai.doubleword.responses;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.gateway.Translator;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/// Where calls of the Responses API come in: each is read, and the turns before it are found. Then the chat completion
/// that it comes to is submitted as any other call, on the context that it came on; or, where nobody waits for it, the
/// batch engine takes it. The response has the request's own id.
@Singleton
final class ResponsesDoor implements Translator {
    private static final Logger LOG = Logger.getLogger(ResponsesDoor.class);

    /// Bodies up to this are read on the event loop: tens of microseconds.
    private static final int READ_AT_ONCE = 64 * 1024;

    private final Gateway gateway;
    private final History history;
    private final Responses responses;
    private final ResponseTeller teller;
    private final Making making;
    private final Vertx vertx;

    /// What calls and their answers are made by.
    @Singleton
    record Making(ModelRequests requests, ResponseSinks sinks, ResponseStorage storage) {}

    ResponsesDoor(
            Gateway gateway, History history, Responses responses, ResponseTeller teller, Making making, Vertx vertx) {
        this.gateway = gateway;
        this.history = history;
        this.responses = responses;
        this.teller = teller;
        this.making = making;
        this.vertx = vertx;
    }

    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    @Override
    public boolean keepsNothing(Principal principal) {
        return !making.storage().keeps(principal.account());
    }

    @Override
    public Gateway.Ticket submit(Principal principal, Call call, Sink sink) {
        Context context = vertx.getOrCreateContext();
        DelayedTicket ticket = new DelayedTicket(gateway, principal, call, sink);
        if (call.body().length() > READ_AT_ONCE) {
            later(principal, call, sink, ticket, context);
            return ticket;
        }
        switch (ResponsesRequest.read(call.body().getBytes())) {
            case ResponsesRequest.Reading.Refused(Problem problem) -> ticket.go(new Prepared.Wrong(problem));
            case ResponsesRequest.Reading.Good(ResponsesRequest request) -> {
                if (request.background() || request.previous() != null || request.conversation() != null) {
                    later(principal, call, sink, ticket, context);
                } else {
                    ResponsesRequest wanted = making.storage().applied(principal.account(), request);
                    ticket.go(runs(principal, call, wanted, List.of(), sink, context));
                }
            }
        }
        return ticket;
    }

    /// What needs the database, or is large, is read on a virtual thread.
    private void later(Principal principal, Call call, Sink sink, DelayedTicket ticket, Context context) {
        Thread.startVirtualThread(() -> {
            Prepared prepared = prepare(principal, call, sink, context);
            if (prepared instanceof Prepared.Kept(StoredResponse response)) {
                answer(principal, response, new BackgroundAnswer(ticket, sink, context));
            } else {
                context.runOnContext(nothing -> ticket.go(prepared));
            }
        });
    }

    private Prepared prepare(Principal principal, Call call, Sink sink, Context context) {
        try {
            return switch (ResponsesRequest.read(call.body().getBytes())) {
                case ResponsesRequest.Reading.Refused(Problem problem) -> new Prepared.Wrong(problem);
                case ResponsesRequest.Reading.Good(ResponsesRequest request) ->
                    prepare(principal, call, making.storage().applied(principal.account(), request), sink, context);
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
        Prepared runs = runs(principal, call, request, before, sink, context);
        return runs instanceof Prepared.Runs && request.background()
                ? new Prepared.Kept(responses.submit(principal, call.requestId(), request, before))
                : runs;
    }

    private Prepared runs(
            Principal principal,
            Call call,
            ResponsesRequest request,
            List<ObjectNode> before,
            Sink sink,
            Context context) {
        return switch (making.requests().of(request, before, request.stream())) {
            case ModelRequests.Made.Refused(Problem problem) -> new Prepared.Wrong(problem);
            case ModelRequests.Made.Good made ->
                new Prepared.Runs(
                        call.with(made.body(), made.asWritten()),
                        making.sinks().of(principal, call, request, sink, context));
        };
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
