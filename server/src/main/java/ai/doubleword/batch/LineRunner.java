package ai.doubleword.batch;

import ai.doubleword.gateway.Gateway;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.TokenUsage;
import ai.doubleword.usage.UsageRecord;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs lines, each on a virtual thread of its own: reads it, sends it through the one way in to models as the key
/// that made its batch, and hands over its result; or has it wait to be tried again.
final class LineRunner implements Pool.Starter {
    private static final Logger LOG = Logger.getLogger(LineRunner.class);

    /// Where the wait of a try again ends that there was no budget for.
    private static final Duration NO_BUDGET = Duration.ofSeconds(1);

    /// More than count of any line.
    private static final int TRIES_OF_A_LEASE = 16;

    private static final Duration UNREADABLE = Duration.ofSeconds(5);

    private static final Problem CANCELLED = Problem.of(ErrorCode.CONFLICT, "The request was cancelled.");

    private final LineCalls calls;
    private final KeyVerifier keys;
    private final Ids ids;
    private final RetryPolicy policy;
    private final Recorder recorder;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("batch-timer").factory());

    LineRunner(Gateway gateway, KeyVerifier keys, Ids ids, RetryPolicy policy, Recorder recorder, Vertx vertx) {
        this.keys = keys;
        this.ids = ids;
        this.policy = policy;
        this.recorder = recorder;
        List<Context> contexts = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(loop -> vertx.getOrCreateContext())
                .toList();
        this.calls = new LineCalls(gateway, ids, contexts);
    }

    @Override
    public void start(Pool pool, ChunkRun run, LineTry line) {
        Thread.ofVirtual().name("batch-line").start(() -> {
            try {
                run(pool, run, line);
            } catch (RuntimeException | Error e) {
                // Its lease ends by itself, and another worker tries the line.
                LOG.errorf(
                        e,
                        "A line of %s could not be run",
                        Ids.format(Batch.PREFIX, run.batch().id()));
                run.lose();
                run.givenUp();
            } finally {
                pool.leave(run, line);
                pool.dispatch();
                recorder.changed(run);
            }
        });
    }

    void close() {
        timer.shutdownNow();
    }

    private void run(Pool pool, ChunkRun run, LineTry line) {
        if (run.withdrawn(line.place())) {
            run.recorded(1);
            return;
        }
        Optional<Principal> principal = keys.acting(run.batch().keyId());
        LineInput input;
        try {
            input = run.requests().read(line.place());
        } catch (IOException e) {
            LOG.warnf("A line of a batch cannot be read, and is tried again: %s", e.getMessage());
            again(pool, run, line, UNREADABLE);
            return;
        }
        long request = ids.next();
        if (principal.isEmpty()) {
            Problem gone =
                    Problem.of(ErrorCode.REVOKED_API_KEY, "The API key that made the batch does not exist any more.");
            recorder.add(failed(run, line, input, request, gone, null));
            return;
        }
        EndpointHandler.Request wanted;
        try {
            wanted = input.endpoint().request(input.id(), attempt(run, line), input.body());
        } catch (ProblemException e) {
            recorder.add(failed(run, line, input, request, e.problem(), null));
            return;
        }
        try {
            run(pool, run, line, new Made(input, wanted, request, System.nanoTime()), principal.get());
        } finally {
            if (wanted.answer() instanceof EndpointHandler.Streamed streamed) {
                streamed.over();
            }
        }
    }

    private static int attempt(ChunkRun run, LineTry line) {
        return (run.claimed().epoch() - 1) * TRIES_OF_A_LEASE + Math.min(line.tries(), TRIES_OF_A_LEASE - 1);
    }

    private void run(Pool pool, ChunkRun run, LineTry line, Made made, Principal principal) {
        LineInput input = made.input();
        long request = made.request();
        EndpointHandler.Request wanted = made.wanted();
        LineCalls.Result result = calls.ask(
                new LineCalls.Question(principal, input.endpoint().dialect(), wanted, run, line.place()),
                request,
                new PoolPatience(pool, run, line.place()));
        LineCall.Answer answer = result.answer();
        if (run.withdrawn(line.place())) {
            // Nobody pays for it but the operator, whose it is to know.
            recorder.add(failed(run, line, input, request, CANCELLED, answer.usage()));
            return;
        }
        boolean madeRoom = run.madeRoom(line.place());
        if (run.standing() == ChunkRun.Standing.LOST) {
            run.givenUp();
            return;
        }
        if (madeRoom && answer.cause() == Cause.CLIENT_GONE) {
            run.givenUp();
            pool.putBack(run, answer.begun() ? line.counted() : line);
            return;
        }
        settle(pool, run, line.lost(result.lost()), new Made(input, wanted, result.request(), made.begunAt()), answer);
    }

    /// A try as it was made.
    private record Made(LineInput input, EndpointHandler.Request wanted, long request, long begunAt) {}

    private void settle(Pool pool, ChunkRun run, LineTry line, Made made, LineCall.Answer answer) {
        switch (policy.after(answer.cause(), answer.problem(), line.tries(), line.lastWait())) {
            case RetryPolicy.Verdict.Done done -> {
                UsageRecord usage = answer.usage();
                pool.answered(run, line, usage == null ? 0 : usage.usage().total());
                if (usage != null) {
                    pool.used(run, line, usage);
                }
                EndpointHandler.Result result =
                        made.wanted().answer().result(answer.body(), usage == null ? TokenUsage.NONE : usage.usage());
                recorder.add(new LineResult(
                        run,
                        line.place(),
                        run.claimed().lines()[line.place()],
                        true,
                        ResultLine.answered(made.request(), made.input().customId(), result.body()),
                        usage == null ? null : usage.after(line.failed()),
                        news(run, made.input(), result.whole() ? LineEnd.COMPLETED : LineEnd.INCOMPLETE)));
            }
            case RetryPolicy.Verdict.Failed failed -> {
                Problem problem = answer.problem() == null
                        ? Problem.of(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side.")
                        : answer.problem();
                recorder.add(failed(run, line, made.input(), made.request(), problem, answer.usage()));
            }
            case RetryPolicy.Verdict.Again(Duration wait, boolean counts) -> {
                if (answer.problem() != null && answer.problem().code() == ErrorCode.NO_CAPACITY) {
                    Duration asked = answer.problem().retryAfter();
                    Duration pause = asked == null ? Duration.ZERO : asked;
                    pool.overloaded(made.begunAt(), pause);
                    waitThen(pause, pool::dispatch);
                }
                LineTry again = counts || answer.begun() ? line.counted() : line;
                again(pool, run, new LineTry(line.place(), again.tries(), wait, tried(line, answer, counts)), wait);
            }
            case RetryPolicy.Verdict.Dropped dropped -> run.givenUp();
        }
    }

    private static LineResult failed(
            ChunkRun run, LineTry line, LineInput input, long request, Problem problem, @Nullable UsageRecord usage) {
        return new LineResult(
                run,
                line.place(),
                run.claimed().lines()[line.place()],
                false,
                ResultLine.failed(request, input.customId(), problem),
                usage == null ? null : usage.free().after(line.failed()),
                news(run, input, LineEnd.FAILED));
    }

    private static @Nullable AccountEvent news(ChunkRun run, LineInput input, LineEnd end) {
        return run.batch().pack()
                ? BatchNews.of(run.batch(), input.endpoint(), input.id(), end).orElse(null)
                : null;
    }

    private static List<UsageRecord.Attempt> tried(LineTry line, LineCall.Answer answer, boolean counts) {
        UsageRecord usage = answer.usage();
        if (usage == null || !counts || usage.cause() == Cause.REFUSED) {
            return line.failed();
        }
        List<UsageRecord.Attempt> all = new ArrayList<>(line.failed());
        all.addAll(usage.attempts());
        all.add(new UsageRecord.Attempt(usage.target(), usage.status(), usage.totalMicros(), 0));
        return all;
    }

    /// Has a line wait, without a slot, until it may be tried again.
    private void again(Pool pool, ChunkRun run, LineTry line, Duration wait) {
        run.givenUp();
        waitThen(wait, () -> comeBack(pool, run, line));
    }

    private void comeBack(Pool pool, ChunkRun run, LineTry line) {
        if (line.tries() > 0 && !pool.mayRetry(line.failedAt())) {
            waitThen(NO_BUDGET, () -> comeBack(pool, run, line));
        } else {
            pool.putBack(run, line);
            pool.dispatch();
            recorder.changed(run);
        }
    }

    private void waitThen(Duration wait, Runnable step) {
        try {
            var _ = timer.schedule(step, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The server stops; the line runs again after the next start", e);
        }
    }
}
