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
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Where calls of the Responses API come in: each is read, and the turns before it found, on a virtual thread; then the
/// chat completion that it comes to is submitted as any other call, back on the context that it came on. The response
/// has the request's own id.
@Singleton
final class ResponsesDoor implements Translator {
    private static final Logger LOG = Logger.getLogger(ResponsesDoor.class);

    private final Gateway gateway;
    private final History history;
    private final StoredResponses stored;
    private final Vertx vertx;
    private final Clock clock;

    ResponsesDoor(Gateway gateway, History history, StoredResponses stored, Vertx vertx, Clock clock) {
        this.gateway = gateway;
        this.history = history;
        this.stored = stored;
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
            context.runOnContext(nothing -> ticket.go(prepared));
        });
        return ticket;
    }

    private Prepared prepare(Principal principal, Call call, Sink sink, Context context) {
        try {
            return read(principal, call, sink, context);
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

    private Prepared read(Principal principal, Call call, Sink sink, Context context) {
        return switch (ResponsesRequest.read(call.body().getBytes())) {
            case ResponsesRequest.Reading.Refused(Problem problem) -> new Prepared.Wrong(problem);
            case ResponsesRequest.Reading.Good(ResponsesRequest request) ->
                switch (request.toChat(history.before(principal, request))) {
                    case ResponsesRequest.Translation.Refused(Problem problem) -> new Prepared.Wrong(problem);
                    case ResponsesRequest.Translation.Good(byte[] chat) ->
                        new Prepared.Runs(
                                call.with(Buffer.buffer(chat)), sink(principal, call, request, sink, context));
                };
        };
    }

    private Sink sink(Principal principal, Call call, ResponsesRequest request, Sink behind, Context context) {
        ResponseDraft draft = new ResponseDraft(
                StoredResponse.name(call.requestId()), Ids.millis(call.requestId()) / 1000, "default", request);
        return new ResponseSink(draft, behind, clock, (response, then) -> {
            if (request.store()) {
                keep(principal, new StoredResponse(call.requestId(), request, response), context, then);
            } else {
                then.run();
            }
        });
    }

    private void keep(Principal principal, StoredResponse response, Context context, Runnable then) {
        Thread.startVirtualThread(() -> {
            try {
                stored.keep(principal, response);
            } catch (RuntimeException e) {
                // The client gets its answer all the same; it cannot be asked for again.
                LOG.warn("A response could not be stored", e);
            }
            context.runOnContext(nothing -> then.run());
        });
    }

    /// What reading a call came to.
    sealed interface Prepared {
        /// It is to be submitted as this.
        record Runs(Call call, Sink sink) implements Prepared {}

        record Wrong(Problem problem) implements Prepared {}
    }

    /// A call that is not submitted yet, as its caller holds it. Event loop only.
    private static final class DelayedTicket implements Gateway.Ticket {
        private final Gateway gateway;
        private final Principal principal;
        private final Call call;
        private final Sink sink;
        private Gateway.@org.jspecify.annotations.Nullable Ticket running;
        private boolean abandoned;

        DelayedTicket(Gateway gateway, Principal principal, Call call, Sink sink) {
            this.gateway = gateway;
            this.principal = principal;
            this.call = call;
            this.sink = sink;
        }

        void go(Prepared prepared) {
            switch (prepared) {
                case Prepared.Wrong(Problem problem) -> gateway.refuse(principal, call, problem, sink);
                case Prepared.Runs(Call chat, Sink translated) -> {
                    running = gateway.submit(principal, chat, translated);
                    if (abandoned) {
                        running.abandon();
                    }
                }
            }
        }

        @Override
        public void demand() {
            if (running != null) {
                running.demand();
            }
        }

        @Override
        public void abandon() {
            abandoned = true;
            if (running != null) {
                running.abandon();
            }
        }
    }
}
