package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.FlexRoom;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.TokenUsage;
import ai.doubleword.usage.UsageRecord;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Two calls for one line, ended in every order and way by chance: there is one answer, one row that is charged, and
/// what the other call used is noted beside it.
class LineCallsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(Clock.systemUTC(), new SplittableRandom(7));
    private static final Principal KEY = TestGateway.principal(1);
    private static final int COST = 10;
    private static final EndpointHandler.Request WANTED =
            new EndpointHandler.Request(new byte[0], null, (body, used) -> {
                throw new UnsupportedOperationException("nothing is made of an answer here");
            });

    @AfterAll
    static void close() {
        VERTX.close();
    }

    @Test
    void whateverEndsFirstALineHasOneAnswerAndIsChargedOnce() {
        int[] seen = new int[3];
        Property.holds(2_000, random -> {
            Chance gateway = new Chance(random.split());
            AtomicInteger open = new AtomicInteger();
            LineCalls calls =
                    new LineCalls(gateway, IDS, List.of(VERTX.getOrCreateContext(), VERTX.getOrCreateContext()));
            ChunkRun run = TestRuns.run(1, 1, Tier.BATCH, Instant.now().plusSeconds(60), 1, 100);
            LineCalls.Question question = new LineCalls.Question(KEY, Dialect.CHAT, WANTED, run, 0);
            LineCalls.Result result = calls.ask(question, IDS.next(), new Impatient(open));

            assertThat(open).as("calls beside the first").hasValue(0);
            List<Ended> ended = List.copyOf(gateway.ended);
            assertThat(ended).hasSize(gateway.submitted.get());
            Cause cause = result.answer().cause();
            boolean anyGood = ended.stream().anyMatch(one -> one.cause() == Cause.COMPLETED);
            assertThat(cause == Cause.COMPLETED)
                    .as("a good answer is taken: " + ended)
                    .isEqualTo(anyGood);
            assertThat(ended.stream().filter(one -> one.request() == result.request()))
                    .hasSize(1);
            UsageRecord charged = result.answer().usage();
            assertThat(charged == null ? 0 : charged.id()).isIn(0L, result.request());
            assertThat(result.lost()).hasSizeLessThanOrEqualTo(ended.size() - 1);
            if (ended.size() == 2 && anyGood) {
                assertThat(result.lost()).as("the operator knows of the other").hasSize(1);
            }
            seen[0] += ended.size() == 2 ? 1 : 0;
            seen[1] += ended.stream().anyMatch(one -> one.cause() == Cause.CLIENT_GONE) ? 1 : 0;
            seen[2] +=
                    ended.stream().filter(one -> one.cause() == Cause.COMPLETED).count() == 2 ? 1 : 0;
        });
        assertThat(seen[0]).as("two calls").isGreaterThan(200);
        assertThat(seen[1]).as("one given up").isGreaterThan(50);
        assertThat(seen[2]).as("both answered before one could be given up").isPositive();
    }

    private record Ended(long request, Cause cause) {}

    /// Asks for a second call as soon as it may.
    private record Impatient(AtomicInteger open) implements LineCalls.Patience {
        @Override
        public Duration untilAsked(long waitedNanos) {
            return waitedNanos == 0 ? Duration.ofNanos(1) : Duration.ofSeconds(60);
        }

        @Override
        public boolean hedge(long waitedNanos) {
            open.incrementAndGet();
            return true;
        }

        @Override
        public void over() {
            open.decrementAndGet();
        }

        @Override
        public void answering(long waitedNanos) {}
    }

    /// Answers, fails, or is stuck for a while; by chance at once or a little later.
    private static final class Chance implements Gateway {
        final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
        final AtomicInteger submitted = new AtomicInteger();
        final SplittableRandom random;

        Chance(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public synchronized Ticket submit(Principal principal, Call call, Sink sink) {
            boolean first = submitted.incrementAndGet() == 1;
            Once once = new Once(call, sink, ended);
            Cause cause = random.nextInt(4) == 0 ? Cause.FAILED : Cause.COMPLETED;
            if (first && random.nextInt(3) == 0) {
                // Stuck, until its provider's time is over.
                VERTX.setTimer(10, timer -> once.on(Cause.FAILED));
            } else if (random.nextBoolean()) {
                VERTX.setTimer(1 + random.nextInt(2), timer -> once.on(cause));
            } else {
                once.on(cause);
            }
            return once;
        }

        @Override
        public void refuse(Principal principal, Call call, Problem problem, Sink sink) {
            throw new UnsupportedOperationException("nothing is refused here");
        }

        @Override
        public Optional<Problem> refusal(Principal principal, Dialect dialect, String model, Tier tier) {
            return Optional.empty();
        }

        @Override
        public void flexBy(FlexRoom room) {}
    }

    /// One call, which ends once.
    private static final class Once implements Gateway.Ticket {
        private final Call call;
        private final Sink sink;
        private final Queue<Ended> ended;
        private final io.vertx.core.Context context = VERTX.getOrCreateContext();
        private boolean over;

        Once(Call call, Sink sink, Queue<Ended> ended) {
            this.call = call;
            this.sink = sink;
            this.ended = ended;
        }

        void on(Cause cause) {
            context.runOnContext(nothing -> end(cause));
        }

        private void end(Cause cause) {
            if (over) {
                return;
            }
            over = true;
            ended.add(new Ended(call.requestId(), cause));
            if (cause == Cause.COMPLETED) {
                sink.head(200, Map.of(), 2);
                sink.chunk(Buffer.buffer("{}"));
            }
            UsageRecord usage = usage(call.requestId(), cause);
            call.usage().record(usage, () -> {});
            Problem problem = cause == Cause.FAILED ? Problem.of(ErrorCode.UPSTREAM_ERROR, "It did not work.") : null;
            sink.end(new Sink.Terminal(cause, problem, usage));
        }

        @Override
        public void demand() {}

        @Override
        public void abandon() {
            end(Cause.CLIENT_GONE);
        }
    }

    private static UsageRecord usage(long id, Cause cause) {
        return new UsageRecord(
                id,
                "chat/completions",
                "key",
                1,
                1,
                1,
                1,
                Tier.BATCH,
                1,
                200,
                cause,
                null,
                TokenUsage.unreported(1, 1),
                COST,
                0,
                0,
                1,
                1,
                0,
                0,
                1,
                false,
                1,
                List.of());
    }
}
