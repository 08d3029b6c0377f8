package ai.doubleword.batch;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Order;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Ids;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.UsageRecord;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Asks models for lines: each once, and one that is slow near the end of its batch a second time beside the
/// first. The first good answer is the line's, the other call is given up, and what it used is noted at the
/// operator's expense. One thread asks for a line and takes its answer, so there is only ever one. Blocks;
/// thread-safe.
final class LineCalls {
    private final Gateway gateway;
    private final Ids ids;
    private final List<Context> contexts;
    private final AtomicInteger turn = new AtomicInteger();

    LineCalls(Gateway gateway, Ids ids, List<Context> contexts) {
        this.gateway = gateway;
        this.ids = ids;
        this.contexts = contexts;
    }

    /// What is asked.
    record Question(Principal principal, Dialect dialect, EndpointHandler.Request wanted, ChunkRun run, int place) {
        /// What takes the answer as it comes, and so is never asked for twice; null where it is wanted whole.
        EndpointHandler.@Nullable Streamed streamed() {
            return wanted.answer() instanceof EndpointHandler.Streamed live ? live : null;
        }
    }

    /// Decides whether a line that waits is asked for once more.
    interface Patience {
        /// How long to wait before that is asked (again).
        Duration untilAsked(long waitedNanos);

        /// Whether to ask once more now; [#over] is called at its end then.
        boolean hedge(long waitedNanos);

        /// Two calls have become one.
        void over();

        /// The first bytes of an answer are there.
        void answering(long waitedNanos);
    }

    /// What came of it.
    ///
    /// @param request the id of the call whose answer it is
    /// @param lost what the other call used, if there was one
    record Result(long request, LineCall.Answer answer, List<UsageRecord.Attempt> lost) {}

    private record Asked(long request, LineCall call) {}

    Result ask(Question question, long request, Patience patience) {
        long begunAt = System.nanoTime();
        Asked first = begin(question, request, begunAt, patience);
        LineCall.Answer answer = first.call().await(patience.untilAsked(0));
        while (answer == null) {
            long waited = System.nanoTime() - begunAt;
            if (question.streamed() == null && !first.call().answering() && patience.hedge(waited)) {
                return race(question, first, begin(question, ids.next(), begunAt, patience), patience);
            }
            answer = first.call().await(patience.untilAsked(waited));
        }
        question.run().ended(first.call());
        return new Result(request, answer, List.of());
    }

    private Asked begin(Question question, long request, long begunAt, Patience patience) {
        LineCall call = new LineCall(
                contexts.get(Math.floorMod(turn.getAndIncrement(), contexts.size())),
                question.streamed(),
                () -> patience.answering(System.nanoTime() - begunAt));
        ChunkRun run = question.run();
        Order order = new Order(
                run.batch().tier(),
                run.tariff(),
                run.batch().inUsage(),
                run.requests().number(question.place()),
                question.streamed() != null);
        call.begin(
                gateway,
                question.principal(),
                new Call(request, question.dialect(), Buffer.buffer(), order, System.nanoTime(), null, null, call)
                        .with(
                                Buffer.buffer(question.wanted().body()),
                                question.wanted().asWritten()));
        run.begun(call, question.place());
        return new Asked(request, call);
    }

    private static Result race(Question question, Asked first, Asked second, Patience patience) {
        try {
            LineCall.awaitAny(first.call(), second.call());
            boolean firstEnded = first.call().await(Duration.ZERO) != null;
            Asked early = firstEnded ? first : second;
            Asked late = firstEnded ? second : first;
            LineCall.Answer answer = early.call().await();
            if (good(answer)) {
                late.call().giveUp();
            }
            LineCall.Answer other = late.call().await();
            // Where the early one failed, the late one had its time.
            return !good(answer) && good(other)
                    ? new Result(late.request(), other, lost(answer))
                    : new Result(early.request(), answer, lost(other));
        } finally {
            question.run().ended(first.call());
            question.run().ended(second.call());
            patience.over();
        }
    }

    private static boolean good(LineCall.Answer answer) {
        return answer.cause() == Cause.COMPLETED || answer.cause() == Cause.INCOMPLETE;
    }

    private static List<UsageRecord.Attempt> lost(LineCall.Answer answer) {
        @Nullable UsageRecord usage = answer.usage();
        return usage == null
                ? List.of()
                : List.of(new UsageRecord.Attempt(
                        usage.target(),
                        usage.status(),
                        usage.totalMicros(),
                        usage.usage().total()));
    }
}
