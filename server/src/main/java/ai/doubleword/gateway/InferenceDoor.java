package ai.doubleword.gateway;

import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Limiter;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.RefusedBody;
import ai.doubleword.usage.UsageSink;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes the body of an inference request whose key is verified, within its bounds, and submits the call.
@Singleton
final class InferenceDoor {
    private static final Logger LOG = Logger.getLogger(InferenceDoor.class);
    private static final long NO_TIMER = -1;
    private static final Duration TWIN_PATIENCE = Duration.ofMinutes(2);

    private final ClientCalls calls;
    private final UsageSink usage;
    private final Limiter limiter;
    private final BodyBudget budget;
    private final Idempotency idempotency;
    private final int maxBody;
    private final long bodyMillis;

    InferenceDoor(
            ClientCalls calls,
            UsageSink usage,
            Limiter limiter,
            BodyBudget budget,
            Idempotency idempotency,
            GatewayConfig config) {
        this.calls = calls;
        this.usage = usage;
        this.limiter = limiter;
        this.budget = budget;
        this.idempotency = idempotency;
        this.maxBody = config.maxBody();
        this.bodyMillis = config.bodyTimeout().toMillis();
    }

    void accept(RoutingContext context, Principal principal, InetAddress client, Dialect dialect) {
        HttpServerRequest request = context.request();
        String encoding = request.getHeader("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            RefusedBody.answer(
                    context,
                    Problem.ofParam(
                            ErrorCode.INVALID_VALUE,
                            "content-encoding",
                            "Compressed request bodies are not taken; send the JSON as it is."),
                    0);
            return;
        }
        String length = request.getHeader("content-length");
        if (length != null && RefusedBody.lengthOf(length) > maxBody) {
            RefusedBody.answer(context, tooLarge(), 0);
            return;
        }
        if (request.version() == HttpVersion.HTTP_1_1 && "100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            context.response().writeContinue();
        }
        new Intake(context, principal, client, dialect).start();
    }

    private Problem tooLarge() {
        return Problem.of(ErrorCode.REQUEST_TOO_LARGE, "The body is larger than " + maxBody + " bytes.");
    }

    /// One body on its way in: the first packet is kept as it came, more are gathered in one growing buffer.
    private final class Intake implements Handler<Buffer> {
        private final RoutingContext context;
        private final Principal principal;
        private final InetAddress client;
        private final Dialect dialect;
        private final long arrived = System.nanoTime();
        private @Nullable Buffer body;
        private boolean gathered;
        private int received;
        private boolean over;
        private long deadline = NO_TIMER;

        Intake(RoutingContext context, Principal principal, InetAddress client, Dialect dialect) {
            this.context = context;
            this.principal = principal;
            this.client = client;
            this.dialect = dialect;
        }

        void start() {
            HttpServerRequest request = context.request();
            request.handler(this);
            request.endHandler(nothing -> submit());
            request.exceptionHandler(gone -> giveUp());
            request.resume();
        }

        @Override
        public void handle(Buffer data) {
            if (over) {
                return;
            }
            if (received + (long) data.length() > maxBody) {
                refuse(tooLarge(), data.length());
            } else if (!budget.tryTake(data.length())) {
                refuse(
                        Problem.retry(
                                ErrorCode.NO_CAPACITY,
                                "The server holds too many requests in memory now; try again shortly.",
                                Duration.ofSeconds(1)),
                        data.length());
            } else {
                received += data.length();
                if (body == null) {
                    body = data;
                    boundTheRest();
                } else {
                    body = gather(body, data);
                }
            }
        }

        private Buffer gather(Buffer before, Buffer data) {
            Buffer growing = gathered
                    ? before
                    : Buffer.buffer(Math.max(before.length() * 2, before.length() + data.length()))
                            .appendBuffer(before);
            gathered = true;
            return growing.appendBuffer(data);
        }

        /// A body that came in one packet costs no timer; one that drips ends.
        private void boundTheRest() {
            String length = context.request().getHeader("content-length");
            if (length == null || received < RefusedBody.lengthOf(length)) {
                deadline = context.vertx().setTimer(bodyMillis, timer -> tooSlow());
            }
        }

        private void tooSlow() {
            giveUp();
            RefusedBody.answerLast(
                    context,
                    Problem.of(
                            ErrorCode.REQUEST_TIMEOUT,
                            "The body did not arrive whole within " + bodyMillis / 1000 + " s of its first byte."));
        }

        private void refuse(Problem problem, int dropped) {
            giveUp();
            RefusedBody.answer(context, problem, received + (long) dropped);
        }

        private void giveUp() {
            if (!over) {
                complete();
                budget.giveBack(received);
            }
        }

        private void complete() {
            over = true;
            if (deadline != NO_TIMER) {
                context.vertx().cancelTimer(deadline);
            }
        }

        private void submit() {
            if (over) {
                return;
            }
            complete();
            HttpSink sink = new HttpSink(context, principal, limiter, budget, received);
            String key = context.request().getHeader("idempotency-key");
            Call call = new Call(
                    GatewayRoutes.idOf(context),
                    dialect,
                    body == null ? Buffer.buffer() : body,
                    null,
                    arrived,
                    context.request().getHeader("traceparent"),
                    client,
                    usage,
                    key != null || again(context.request().getHeader("x-stainless-retry-count")),
                    null);
            if (key == null) {
                sink.started(calls.submit(principal, call, sink));
            } else {
                Context here = context.vertx().getOrCreateContext();
                Thread.startVirtualThread(() -> {
                    Idempotency.Outcome outcome = begin(key, call);
                    here.runOnContext(nothing -> proceed(outcome, here, call, sink));
                });
            }
        }

        /// Whether an SDK says that it has asked before.
        private static boolean again(@Nullable String retries) {
            return retries != null && !retries.equals("0");
        }

        private Idempotency.Outcome begin(String key, Call call) {
            byte[] request = Buffer.buffer(call.dialect().endpoint())
                    .appendByte((byte) '\n')
                    .appendBuffer(call.body())
                    .getBytes();
            try {
                return idempotency.begin(principal.family(), principal.account(), key, request, TWIN_PATIENCE);
            } catch (RuntimeException e) {
                LOG.warn("An Idempotency-Key cannot be looked up", e);
                return new Idempotency.Outcome.Refused(Problem.retry(
                        ErrorCode.NO_CAPACITY,
                        "`Idempotency-Key` needs the database, which does not answer now; try again shortly.",
                        Duration.ofSeconds(5)));
            }
        }

        private void proceed(Idempotency.Outcome outcome, Context here, Call call, HttpSink sink) {
            switch (outcome) {
                case Idempotency.Outcome.Claimed claimed -> {
                    boolean keepsNothing = calls.keepsNothing(principal, call);
                    sink.started(
                            calls.submit(principal, call, new KeepingSink(sink, claimed.claim(), here, keepsNothing)));
                }
                case Idempotency.Outcome.Replayed replayed -> sink.replay(replayed.answer());
                case Idempotency.Outcome.Refused refused -> sink.refuse(refused.problem());
            }
        }
    }
}
