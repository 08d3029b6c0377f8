package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InProcessTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /// Collects one answer.
    private static final class Heard implements AnswerListener {
        final CompletableFuture<Integer> status = new CompletableFuture<>();
        final CompletableFuture<Boolean> whole = new CompletableFuture<>();
        final CompletableFuture<Buffer> firstChunk = new CompletableFuture<>();
        final AtomicInteger chunks = new AtomicInteger();

        @Nullable
        SimulatedExchange exchange;

        boolean pauseAtFirst;

        @Override
        public void head(int answered, Map<String, String> headers) {
            status.complete(answered);
        }

        @Override
        public void chunk(Buffer data) {
            if (chunks.incrementAndGet() == 1 && pauseAtFirst && exchange != null) {
                exchange.pause();
            }
            firstChunk.complete(data);
        }

        @Override
        public void end() {
            whole.complete(true);
        }

        @Override
        public void cut() {
            whole.complete(false);
        }
    }

    private static void send(SimulatedModels models, Context context, String model, Heard heard) {
        String body =
                "{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        SimulatedRequest request = SimulatedRequest.post("/chat/completions", Buffer.buffer(body));
        context.runOnContext(ignored -> heard.exchange = models.answer(context, request, heard));
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aStalledAnswerIsCancelledAndCounted() throws Exception {
        SimulatedModels models = new SimulatedModels(SimulatorConfig.defaults());
        Context context = vertx.getOrCreateContext();
        Heard heard = new Heard();
        send(models, context, "sim-chat!stall?after=1", heard);
        await(heard.firstChunk);
        assertThat(models.counts().active()).isEqualTo(1);
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            if (heard.exchange != null) {
                heard.exchange.cancel();
                heard.exchange.cancel();
            }
            done.complete(true);
        });
        await(done);
        assertThat(models.counts().active()).isZero();
        assertThat(models.counts().cancelled()).isEqualTo(1);
        assertThat(heard.whole).isNotDone();
    }

    @Test
    void aPausedAnswerWaitsForItsReader() throws Exception {
        SimulatedModels models = new SimulatedModels(SimulatorConfig.defaults());
        Context context = vertx.getOrCreateContext();
        Heard heard = new Heard();
        heard.pauseAtFirst = true;
        send(models, context, "sim-chat", heard);
        await(heard.firstChunk);
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        context.runOnContext(ignored -> context.runOnContext(again -> seen.complete(heard.chunks.get())));
        assertThat(await(seen)).isEqualTo(1);
        context.runOnContext(ignored -> {
            if (heard.exchange != null) {
                heard.exchange.resume();
            }
        });
        assertThat(await(heard.whole)).isTrue();
        assertThat(heard.chunks.get()).isGreaterThan(10);
    }

    @Test
    void aFullModelQueuesThenRefuses() throws Exception {
        SimulatedModels models = new SimulatedModels(new SimulatorConfig(
                1, List.of(SimulatedModel.of("narrow", SimulatedModel.Kind.CHAT).limited(1, 1))));
        Context context = vertx.getOrCreateContext();
        Heard first = new Heard();
        Heard second = new Heard();
        Heard third = new Heard();
        send(models, context, "narrow!stall", first);
        await(first.firstChunk);
        send(models, context, "narrow", second);
        send(models, context, "narrow", third);
        assertThat(await(third.status)).isEqualTo(503);
        assertThat(second.status).isNotDone();
        context.runOnContext(ignored -> {
            if (first.exchange != null) {
                first.exchange.cancel();
            }
        });
        assertThat(await(second.status)).isEqualTo(200);
        assertThat(await(second.whole)).isTrue();
    }

    @Test
    void firstTokenAndPacingTakeTheirTime() throws Exception {
        SimulatedModels models = new SimulatedModels(new SimulatorConfig(
                1,
                List.of(SimulatedModel.of("slow", SimulatedModel.Kind.CHAT)
                        .paced(Distribution.parse("60ms"), Distribution.parse("5ms"))
                        .tokens(10))));
        Heard heard = new Heard();
        long start = System.nanoTime();
        send(models, vertx.getOrCreateContext(), "slow", heard);
        await(heard.status);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(60_000_000L);
        await(heard.whole);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(105_000_000L);
    }
}
