package ai.doubleword.gateway;

import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Limiter;
import ai.doubleword.limits.Rates;
import ai.doubleword.limits.Standing;
import ai.doubleword.models.Model;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemAnswer;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An HTTP response that hears of a call. A whole answer is written in one piece with its length; a stream is chunked,
/// each buffer written and flushed as it comes. A connection that closes abandons the call. Event loop only.
final class HttpSink implements Sink, Handler<Void> {
    private final HttpServerResponse response;
    private final RoutingContext context;
    private final Principal principal;
    private final Limiter limiter;
    private final BodyBudget budget;
    private final long budgeted;
    private Gateway.@Nullable Ticket ticket;
    private @Nullable Model model;
    private @Nullable Buffer whole;
    private long length = -1;
    private boolean gone;
    private boolean ended;

    /// @param budgeted bytes of the request's body, given back at the end of the call
    HttpSink(RoutingContext context, Principal principal, Limiter limiter, BodyBudget budget, long budgeted) {
        this.context = context;
        this.response = context.response();
        this.principal = principal;
        this.limiter = limiter;
        this.budget = budget;
        this.budgeted = budgeted;
        response.closeHandler(this);
    }

    /// The call is under way, or over already.
    void started(Gateway.Ticket running) {
        ticket = running;
        if (gone && !ended) {
            running.abandon();
        }
    }

    /// The connection closed.
    @Override
    public void handle(@Nullable Void nothing) {
        gone = true;
        if (ticket != null && !ended) {
            ticket.abandon();
        }
    }

    @Override
    public void about(Model called) {
        model = called;
    }

    @Override
    public void head(int status, Map<String, String> headers, long bodyLength) {
        if (gone) {
            return;
        }
        length = bodyLength;
        response.setStatusCode(status);
        MultiMap out = response.headers();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            out.set(header.getKey(), header.getValue());
        }
        limits(out);
        if (bodyLength < 0) {
            response.setChunked(true);
        }
    }

    @Override
    public boolean chunk(Buffer data) {
        if (gone) {
            return true;
        }
        if (length >= 0 && data.length() == length) {
            whole = data;
            return true;
        }
        response.write(data);
        if (response.writeQueueFull()) {
            response.drainHandler(nothing -> demand());
            return false;
        }
        return true;
    }

    private void demand() {
        if (ticket != null) {
            ticket.demand();
        }
    }

    @Override
    public void end(Terminal terminal) {
        finish(terminal.problem());
    }

    private void finish(@Nullable Problem problem) {
        ended = true;
        budget.giveBack(budgeted);
        if (gone || response.closed()) {
            return;
        }
        if (whole != null) {
            response.end(whole);
        } else if (problem != null && !response.headWritten()) {
            limits(response.headers());
            ProblemAnswer.send(context, problem);
        } else {
            response.end();
        }
    }

    /// Gives an answer again that was kept.
    void replay(Idempotency.Answer answer) {
        head(
                answer.status(),
                Map.of("content-type", answer.contentType(), "idempotent-replayed", "true"),
                answer.body().length);
        chunk(Bytes.buffer(answer.body()));
        finish(null);
    }

    /// Refuses a request that must not be done again.
    void refuse(Problem problem) {
        if (problem.code().isFinal()) {
            response.putHeader("x-should-retry", "false");
        }
        finish(problem);
    }

    private void limits(MultiMap headers) {
        Standing standing = limiter.standing(
                principal.family(),
                principal.rates(),
                principal.account(),
                principal.accountRates(),
                model == null ? 0 : model.id(),
                model == null ? Rates.UNLIMITED : model.rates());
        if (standing.requestLimit() > 0) {
            headers.set("x-ratelimit-limit-requests", Integer.toString(standing.requestLimit()));
            headers.set("x-ratelimit-remaining-requests", Long.toString(standing.requestsLeft()));
            headers.set("x-ratelimit-reset-requests", duration(standing.requestsResetNanos()));
        }
        if (standing.tokenLimit() > 0) {
            headers.set("x-ratelimit-limit-tokens", Long.toString(standing.tokenLimit()));
            headers.set("x-ratelimit-remaining-tokens", Long.toString(standing.tokensLeft()));
            headers.set("x-ratelimit-reset-tokens", duration(standing.tokensResetNanos()));
        }
    }

    /// A wait in OpenAI's form: `0s`, `20ms`, `1.5s`, `1m0s`.
    static String duration(long nanos) {
        long millis = (nanos + 999_999) / 1_000_000;
        if (millis == 0) {
            return "0s";
        }
        if (millis < 1000) {
            return millis + "ms";
        }
        StringBuilder text = new StringBuilder(12);
        if (millis >= 60_000) {
            text.append(millis / 60_000).append('m');
        }
        long seconds = millis % 60_000;
        text.append(seconds / 1000);
        long fraction = seconds % 1000;
        if (fraction > 0) {
            text.append('.').append((char) ('0' + fraction / 100));
            if (fraction % 100 > 0) {
                text.append((char) ('0' + fraction / 10 % 10));
                if (fraction % 10 > 0) {
                    text.append((char) ('0' + fraction % 10));
                }
            }
        }
        return text.append('s').toString();
    }
}
