package ai.doubleword.gateway;

import ai.doubleword.jsonl.TokenEstimate;
import ai.doubleword.models.TargetOrder;
import ai.doubleword.platform.ErrorBody;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.ResponsesSupport;
import ai.doubleword.providers.Target;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.TokenUsage;
import ai.doubleword.usage.UsageRecord;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One admitted call on its way: to a target, to the next one if that fails, and back to its sink.
///
/// Invariants. Another target is tried only while the sink has seen no content; comments do not count. `ended` turns
/// true once, in [#finish], which gives back the permit, writes the one usage record, and is the only way to
/// `Sink.end`. The last byte of an answer leaves only after that record is durable. Everything runs on the one context
/// of the call, but for [#run], by which the journal says so. Cost: this object, one [Attempt], one record.
final class Relay implements Gateway.Ticket, Runnable, Handler<Void> {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final Map<String, String> JSON_HEADERS = Map.of("content-type", "application/json");
    private static final Map<String, String> SSE_HEADERS =
            Map.of("content-type", "text/event-stream; charset=utf-8", "cache-control", "no-cache");
    private static final byte[] KEEP_ALIVE = Bytes.ascii(": keep-alive\n\n");
    private static final byte[] DONE = Bytes.ascii("data: [DONE]\n\n");
    private static final long KEEP_ALIVE_NANOS = 15_000_000_000L;
    private static final int CLIENT_CLOSED = 499;
    private static final int NOT_FOUND = 404;

    /// Of a request that does not say how much output it wants.
    private static final int USUAL_OUTPUT = 256;

    /// Before a call asks for room again where the provider had none and did not say for how long.
    private static final Duration UNASKED_PAUSE = Duration.ofSeconds(1);

    private final Exchange about;
    private final Context context;
    private final RunningCalls running;
    private final Supplier<TargetOrder> orders;
    private final @Nullable Hold hold;
    private TargetOrder order;

    /// The neighbours in [RunningCalls].
    @Nullable
    Relay before;

    @Nullable
    Relay after;

    private FlexRoom.@Nullable Place place;
    private boolean hasRoom;
    private long askAgainNanos;

    private @Nullable Attempt attempt;
    private @Nullable Target lastTarget;
    private @Nullable Problem lastProblem;
    private @Nullable Problem unspeakable;
    private UsageRecord.@Nullable Attempt lastFailure;
    private List<UsageRecord.Attempt> attempts = List.of();
    private long blockedMillis = Long.MAX_VALUE;
    private boolean headSent;
    private boolean contentSent;
    private boolean paused;
    private boolean ended;
    private long dispatchedNanos;
    private long firstTokenNanos;
    private long writtenNanos;

    // What is left to say once the record is durable.
    private int lastStatus;
    private @Nullable Buffer lastChunk;
    private Sink.@Nullable Terminal terminal;

    /// What a relay is about and works with: the call, what admission said, and where its end is told.
    record Exchange(
            ai.doubleword.keys.Principal principal,
            Call call,
            Sink sink,
            RequestScan scan,
            Admission.Admitted admitted,
            BodyBudget budget,
            GatewayMetrics metrics) {}

    /// A call that waits for room before it is sent.
    ///
    /// @param room absent where nobody schedules: then there is none
    /// @param limit how long it may wait
    record Hold(@Nullable FlexRoom room, Duration limit) {}

    /// @param orders of the targets, anew for each time that all of them are tried
    /// @param hold absent for a call that is sent at once
    Relay(Exchange about, Context context, RunningCalls running, Supplier<TargetOrder> orders, @Nullable Hold hold) {
        this.about = about;
        this.context = context;
        this.running = running;
        this.orders = orders;
        this.hold = hold;
        this.order = orders.get();
        this.writtenNanos = System.nanoTime();
    }

    void start() {
        running.add(this);
        if (hold == null) {
            tryNext();
        } else {
            askForRoom(hold.room());
        }
    }

    private void askForRoom(@Nullable FlexRoom room) {
        if (room == null) {
            fail(Cause.FAILED, noRoom(), TokenUsage.NONE);
            return;
        }
        askAgainNanos = 0;
        long output = about.scan.maxOutput > 0 ? about.scan.maxOutput : USUAL_OUTPUT;
        place = room.ask(
                about.principal.account(),
                about.admitted.model().name(),
                Bytes.tokens(about.call.body()) + output,
                () -> context.runOnContext(nothing -> granted()));
    }

    private void granted() {
        if (!ended && !hasRoom) {
            hasRoom = true;
            tryNext();
        }
    }

    /// A call that may wait does so once more where the providers have no room after all.
    private boolean waitsAgain(Problem problem) {
        FlexRoom.Place taken = place;
        if (hold == null || taken == null || contentSent || problem.code() != ErrorCode.NO_CAPACITY) {
            return false;
        }
        Duration wait = problem.retryAfter() == null ? Duration.ZERO : problem.retryAfter();
        taken.overloaded(wait);
        place = null;
        hasRoom = false;
        lastProblem = null;
        lastFailure = null;
        blockedMillis = Long.MAX_VALUE;
        order = orders.get();
        long pause = wait.isZero() ? UNASKED_PAUSE.toNanos() : wait.toNanos();
        askAgainNanos = Math.max(1, System.nanoTime() + pause);
        return true;
    }

    private static Problem noRoom() {
        return Problem.retry(
                ErrorCode.RESOURCE_UNAVAILABLE,
                "There was no spare capacity for this flex request; it costs nothing. Try again later, or leave "
                        + "`service_tier` out.",
                Duration.ofSeconds(5));
    }

    private void tryNext() {
        for (Target target = order.next(); target != null; target = order.next()) {
            AsWritten asWritten = about.call.asWritten();
            if (asWritten != null && asWritten.otherwise() != null && !takesAsWritten(target)) {
                unspeakable = asWritten.otherwise();
                continue;
            }
            if (about.admitted.tier() == Tier.REALTIME
                    ? target.state().tryAcquire()
                    : target.state().tryAcquireSpare()) {
                dispatch(target);
                return;
            }
            blockedMillis = Math.min(blockedMillis, target.state().retryAfterMillis());
        }
        Problem problem = lastProblem;
        Problem nowhere = unspeakable;
        if (problem == null && nowhere != null && blockedMillis == Long.MAX_VALUE) {
            fail(Cause.REFUSED, nowhere, TokenUsage.NONE);
            return;
        }
        if (problem == null) {
            long wait = blockedMillis == Long.MAX_VALUE ? 1000 : blockedMillis;
            problem = Problem.retry(
                    ErrorCode.NO_CAPACITY,
                    "No provider of the model takes requests now; try again shortly.",
                    Duration.ofMillis(wait));
        }
        if (!waitsAgain(problem)) {
            fail(Cause.FAILED, problem, TokenUsage.NONE);
        }
    }

    /// Whether a target gets the call as it was written instead of its translation.
    private boolean takesAsWritten(Target target) {
        return about.call.asWritten() != null && target.quirks().responses() != ResponsesSupport.NONE;
    }

    private void dispatch(Target target) {
        if (lastFailure != null) {
            attempts = attempts.isEmpty() ? new ArrayList<>(2) : attempts;
            attempts.add(lastFailure);
            lastFailure = null;
        }
        lastTarget = target;
        long now = System.nanoTime();
        if (dispatchedNanos == 0) {
            dispatchedNanos = now;
        }
        Attempt made = new Attempt(target, now);
        attempt = made;
        Upstream.Exchange exchange;
        try {
            exchange = send(target, made);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be called", target.provider());
            made.failed(new Upstream.Failure(Upstream.Failure.Kind.PROTOCOL, "could not be called"));
            return;
        }
        made.exchange = exchange;
        if (ended) {
            exchange.cancel();
        } else if (paused) {
            exchange.pause();
        }
    }

    private Upstream.Exchange send(Target target, Upstream.Listener listener) {
        Call call = about.call;
        AsWritten asWritten = call.asWritten();
        if (asWritten != null && takesAsWritten(target)) {
            Buffer written = asWritten.body();
            return target.upstream()
                    .send(
                            new Upstream.Request(
                                    '/' + call.dialect().endpoint(),
                                    Edits.asWritten(written, RequestScan.of(written), target)
                                            .apply(written),
                                    call.traceparent(),
                                    about.scan.streamed),
                            listener);
        }
        Buffer body = Edits.forTarget(call.body(), about.scan, target).apply(call.body());
        Upstream.Request request =
                new Upstream.Request(call.dialect().upstreamPath(), body, call.traceparent(), about.scan.streamed);
        return target.upstream().send(request, listener);
    }

    @Override
    public void demand() {
        Attempt current = attempt;
        if (paused && !ended) {
            paused = false;
            if (current != null && current.exchange != null) {
                current.exchange.resume();
            }
        }
    }

    @Override
    public void abandon() {
        if (ended) {
            return;
        }
        Attempt current = attempt;
        if (current != null) {
            current.stop();
        }
        if (running.stopping()) {
            // Not the client's doing, so not billed; it is gone before it could read why.
            fail(
                    Cause.FAILED,
                    Problem.retry(
                            ErrorCode.NO_CAPACITY,
                            "The server stopped before the request had ended.",
                            Duration.ofSeconds(1)),
                    producedSoFar());
        } else {
            finish(Cause.CLIENT_GONE, headSent ? 200 : CLIENT_CLOSED, null, null, producedSoFar());
        }
    }

    /// The key was revoked with its streams to be cut. Work that was accepted before goes on.
    void cut(String keyId) {
        if (ended || about.call.order() != null || !about.principal.keyId().equals(keyId)) {
            return;
        }
        Attempt current = attempt;
        if (current != null) {
            current.stop();
        }
        fail(
                Cause.FAILED,
                Problem.of(ErrorCode.REVOKED_API_KEY, "The API key was revoked while the request ran."),
                producedSoFar());
    }

    /// Called about once a second: a stream that was silent for long gets a comment, so that nothing on the way takes
    /// it for dead.
    void tick(long now) {
        if (about.scan.streamed && !ended && !paused && now - writtenNanos >= KEEP_ALIVE_NANOS) {
            write(Bytes.buffer(KEEP_ALIVE), now);
        }
        if (hold != null && !hasRoom && !ended) {
            if (now - about.call.arrivedNanos() >= hold.limit().toNanos()) {
                fail(Cause.FAILED, noRoom(), TokenUsage.NONE);
            } else if (askAgainNanos != 0 && now - askAgainNanos >= 0) {
                askForRoom(hold.room());
            }
        }
    }

    private void write(Buffer data, long now) {
        if (!headSent) {
            headSent = true;
            about.sink.head(200, SSE_HEADERS, -1);
        }
        writtenNanos = now;
        if (!about.sink.chunk(data) && !ended) {
            paused = true;
            Attempt current = attempt;
            if (current != null && current.exchange != null) {
                current.exchange.pause();
            }
        }
    }

    /// What a stream has produced that was not finished: as reported, else estimated from what passed by.
    private TokenUsage producedSoFar() {
        Attempt current = attempt;
        SseTap tap = current == null ? null : current.tap;
        if (tap == null || !contentSent) {
            return TokenUsage.NONE;
        }
        TokenUsage reported = tap.usage();
        return reported != null ? reported : estimate(tap.outputLength());
    }

    private TokenUsage estimate(long outputLength) {
        return TokenUsage.unreported(
                Bytes.tokens(about.call.body()), outputLength == 0 ? 0 : TokenEstimate.ofBytes(outputLength));
    }

    private void fail(Cause cause, Problem problem, TokenUsage used) {
        if (headSent) {
            finish(cause, 200, problem, errorEvent(problem), used);
        } else {
            finish(cause, problem.code().status(), problem, null, used);
        }
    }

    private Buffer errorEvent(Problem problem) {
        byte[] json = ErrorBody.openAi(problem, Ids.format("req", about.call.requestId()));
        return Buffer.buffer(json.length + 8)
                .appendString("data: ")
                .appendBytes(json)
                .appendString("\n\n");
    }

    /// The one end. What must still be said waits for the record.
    private void finish(Cause cause, int status, @Nullable Problem problem, @Nullable Buffer last, TokenUsage used) {
        if (ended) {
            return;
        }
        ended = true;
        running.remove(this);
        boolean whole = cause == Cause.COMPLETED || cause == Cause.INCOMPLETE;
        Admission.Admitted admitted = about.admitted;
        admitted.permit().settle(used.total(), whole ? used.totalOutput() : -1);
        leaveRoom(whole, used);
        boolean billed = whole || cause == Cause.CLIENT_GONE;
        UsageRecord usageRecord = record(
                cause,
                status,
                problem,
                used,
                billed ? admitted.tariff().cost(used).value() : 0);
        lastStatus = status;
        lastChunk = last;
        terminal = new Sink.Terminal(cause, problem, usageRecord);
        about.metrics.ended(about.call.dialect(), usageRecord);
        about.call.usage().record(usageRecord, this);
    }

    private void leaveRoom(boolean whole, TokenUsage used) {
        FlexRoom.Place taken = place;
        if (taken == null) {
            return;
        }
        if (whole) {
            taken.answered(used.total());
        } else {
            taken.left();
        }
    }

    private UsageRecord record(Cause cause, int status, @Nullable Problem problem, TokenUsage used, long cost) {
        Call call = about.call;
        Admission.Admitted admitted = about.admitted;
        Target target = lastTarget;
        long now = System.nanoTime();
        return new UsageRecord(
                call.requestId(),
                call.dialect().endpoint(),
                about.principal.keyId(),
                about.principal.family(),
                about.principal.member(),
                about.principal.account(),
                admitted.model().id(),
                admitted.tier(),
                target == null ? 0 : target.id(),
                status,
                cause,
                problem == null ? null : problem.code().code(),
                used,
                cost,
                admitted.tariff().id(),
                admitted.hold(),
                call.batch(),
                call.line(),
                dispatchedNanos == 0 ? 0 : (dispatchedNanos - call.arrivedNanos()) / 1000,
                firstTokenNanos == 0 ? 0 : (firstTokenNanos - call.arrivedNanos()) / 1000,
                (now - call.arrivedNanos()) / 1000,
                about.scan.streamed,
                1,
                attempts);
    }

    /// The record is durable; any thread.
    @Override
    public void run() {
        context.runOnContext(this);
    }

    @Override
    public void handle(@Nullable Void nothing) {
        Sink.Terminal end = java.util.Objects.requireNonNull(terminal);
        Buffer last = lastChunk;
        if (last != null) {
            if (!headSent) {
                about.sink.head(lastStatus, JSON_HEADERS, last.length());
            }
            about.sink.chunk(last);
        }
        about.sink.end(end);
    }

    /// One try at one target. Holds the target's slot from its making until one of [#usable], [#unusable], [#stop].
    private final class Attempt implements Upstream.Listener {
        private static final int ERROR_BODY = 64 * 1024;

        private final Target target;
        private final boolean asWritten;
        private final long startedNanos;
        private Upstream.@Nullable Exchange exchange;
        private @Nullable SseTap tap;
        private @Nullable Buffer body;
        private long budgeted;
        private int status;
        private long retryAfterMillis;
        private boolean over;

        Attempt(Target target, long startedNanos) {
            this.target = target;
            this.asWritten = takesAsWritten(target);
            this.startedNanos = startedNanos;
        }

        @Override
        public void head(int answered, Map<String, String> headers) {
            if (over) {
                return;
            }
            status = answered;
            retryAfterMillis = UpstreamAnswer.retryAfterMillis(headers.get("retry-after"));
            if (status == 200 && about.scan.streamed) {
                String type = headers.get("content-type");
                if (type != null && type.startsWith("text/event-stream")) {
                    tap = new SseTap(Bytes.quoted(about.admitted.model().name()), !about.scan.usageWanted, asWritten);
                }
            }
        }

        @Override
        public void chunk(Buffer data) {
            if (over) {
                return;
            }
            if (tap != null) {
                event(tap, data);
            } else if (status != 200) {
                if (body == null || body.length() < ERROR_BODY) {
                    body = body == null
                            ? data
                            : Buffer.buffer().appendBuffer(body).appendBuffer(data);
                }
            } else if (about.budget.tryTake(data.length())) {
                budgeted += data.length();
                firstToken();
                body = body == null ? data : appended(body, data);
            } else {
                cancelUpstream();
                unusable(Problem.retry(
                        ErrorCode.NO_CAPACITY,
                        "The server holds too many answers in memory now; try again shortly.",
                        Duration.ofSeconds(1)));
            }
        }

        private Buffer appended(Buffer whole, Buffer data) {
            // The first packet is the upstream's own buffer; from the second on it is a copy of ours that grows.
            Buffer growing = grown
                    ? whole
                    : Buffer.buffer(whole.length() * 2 + data.length()).appendBuffer(whole);
            grown = true;
            return growing.appendBuffer(data);
        }

        private boolean grown;

        private void event(SseTap events, Buffer data) {
            Buffer out = events.feed(data);
            if (out != null) {
                firstToken();
                contentSent = true;
                write(out, System.nanoTime());
            }
            if (over) {
                return;
            }
            if (events.failed()) {
                cancelUpstream();
                brokenOff(
                        Cause.FAILED,
                        Problem.of(
                                ErrorCode.UPSTREAM_ERROR,
                                "The provider's stream failed: "
                                        + UpstreamAnswer.eventMessage(
                                                events.failure(),
                                                about.admitted.model().name(),
                                                target)));
            } else if (events.done()) {
                completeStream(events);
            }
        }

        @Override
        public void end() {
            if (over) {
                return;
            }
            SseTap events = tap;
            if (events != null) {
                if (events.finished()) {
                    completeStream(events);
                } else {
                    brokenOff(Cause.UPSTREAM_CUT, disconnected());
                }
            } else if (status == 200 && !about.scan.streamed) {
                completeWhole();
            } else if (UpstreamAnswer.isTheRequestsFault(status)) {
                passOn();
            } else if (status == NOT_FOUND) {
                unknownThere();
            } else {
                unusable(UpstreamAnswer.problemOf(status, retryAfterMillis));
            }
        }

        @Override
        public void failed(Upstream.Failure failure) {
            if (over) {
                return;
            }
            if (contentSent) {
                brokenOff(Cause.UPSTREAM_CUT, disconnected());
            } else {
                unusable(UpstreamAnswer.problemOf(failure));
            }
        }

        private void completeStream(SseTap events) {
            if (events.events() == 0) {
                unusable(Problem.of(ErrorCode.UPSTREAM_ERROR, "The provider answered with an empty stream."));
                return;
            }
            usable();
            TokenUsage used = events.usage();
            finish(
                    events.cutShort() ? Cause.INCOMPLETE : Cause.COMPLETED,
                    200,
                    null,
                    Bytes.buffer(DONE),
                    used != null ? used : estimate(events.outputLength()));
        }

        private void completeWhole() {
            String model = about.admitted.model().name();
            UpstreamAnswer answer = asWritten
                    ? UpstreamAnswer.readResponse(body, model)
                    : UpstreamAnswer.read(body, model, about.scan.base64);
            if (answer == null) {
                unusable(Problem.of(
                        ErrorCode.UPSTREAM_ERROR, "The provider answered with an error, or with nothing usable."));
                return;
            }
            usable();
            TokenUsage used = answer.usage();
            finish(
                    answer.cutShort() ? Cause.INCOMPLETE : Cause.COMPLETED,
                    200,
                    null,
                    answer.body(),
                    used != null ? used : estimate(answer.outputLength()));
        }

        /// The provider refused what the client wrote: the client hears it, with our names and without the provider's.
        private void passOn() {
            usable();
            UpstreamAnswer.Refusal refusal = UpstreamAnswer.refusal(
                    status, body, about.admitted.model().name(), target, Ids.format("req", about.call.requestId()));
            if (headSent) {
                fail(Cause.FAILED, refusal.problem(), TokenUsage.NONE);
            } else {
                finish(Cause.FAILED, status, refusal.problem(), refusal.body(), TokenUsage.NONE);
            }
        }

        private Problem disconnected() {
            return Problem.of(
                    ErrorCode.UPSTREAM_DISCONNECTED, "The provider cut the stream before its end; try again.");
        }

        /// No failure of the provider, which was not asked: another one may have words for it.
        @Override
        public void refused(Problem problem) {
            if (!over) {
                close();
                target.state().abandoned();
                unspeakable = problem;
                tryNext();
            }
        }

        /// A stream that stopped: to the next target while nothing was seen of it, else its end.
        private void brokenOff(Cause cause, Problem problem) {
            if (!contentSent) {
                unusable(Problem.of(ErrorCode.UPSTREAM_ERROR, problem.message()));
                return;
            }
            close();
            target.state().failed(retryAfterMillis);
            fail(cause, problem, producedSoFar());
        }

        private void usable() {
            close();
            target.state().succeeded(System.nanoTime() - startedNanos);
        }

        private void unusable(Problem problem) {
            close();
            target.state().failed(retryAfterMillis);
            goOn(problem);
        }

        /// The provider has no model of the name that ours is mapped to: no failure of the provider. Another one may
        /// have it; where none has, the client hears it, unless one failed otherwise.
        private void unknownThere() {
            close();
            target.state().abandoned();
            Problem before = lastProblem;
            goOn(
                    before != null
                            ? before
                            : UpstreamAnswer.unknownModel(about.admitted.model().name()));
        }

        private void goOn(Problem problem) {
            lastProblem = problem;
            lastFailure = new UsageRecord.Attempt(target.id(), status, (System.nanoTime() - startedNanos) / 1000, 0);
            tryNext();
        }

        /// The call is given up.
        private void stop() {
            if (!over) {
                close();
                target.state().abandoned();
                cancelUpstream();
            }
        }

        private void close() {
            over = true;
            about.budget.giveBack(budgeted);
            budgeted = 0;
        }

        private void cancelUpstream() {
            if (exchange != null) {
                exchange.cancel();
            }
        }

        private void firstToken() {
            if (firstTokenNanos == 0) {
                firstTokenNanos = System.nanoTime();
            }
        }
    }
}
