package ai.doubleword.demo;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.KeyVerdict;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.DemoModels;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import ai.doubleword.usage.UsageSink;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Real calls of the demo's keys to the demo's models, through the gateway as every call: admission, relay, journal.
@Singleton
final class DemoCalls {
    private static final List<String> PROMPTS = List.of(
            "Summarize this ticket in one line.",
            "Write a haiku about the sea.",
            "Which of these two sentences is clearer?",
            "Explain this stack trace to a new colleague.",
            "Translate the paragraph into French.");

    private final Gateway gateway;
    private final UsageSink usage;
    private final KeyVerifier keys;
    private final Ids ids;
    private final Vertx vertx;

    DemoCalls(Gateway gateway, UsageSink usage, KeyVerifier keys, Ids ids, Vertx vertx) {
        this.gateway = gateway;
        this.usage = usage;
        this.keys = keys;
        this.ids = ids;
        this.vertx = vertx;
    }

    /// Who a key is, as the gateway will know it. Blocks until the ring has it.
    Principal principal(Secret key) {
        KeyVerdict verdict = keys.verify(key.revealText(), InetAddress.getLoopbackAddress());
        if (verdict instanceof KeyVerdict.Pending(CompletionStage<KeyVerdict> later)) {
            verdict = later.toCompletableFuture().join();
        }
        return switch (verdict) {
            case KeyVerdict.Verified(Principal principal) -> principal;
            case KeyVerdict.Refused(var problem) -> throw new ProblemException(problem);
            case KeyVerdict.Pending pending -> throw new IllegalStateException("pending twice");
        };
    }

    /// Makes the nth call.
    ///
    /// @return completes when it is over and recorded
    CompletionStage<Sink.Terminal> call(int n, Principal principal, DemoModels.Made model) {
        // One in forty asks a chat model for vectors, so that refusals show too.
        Dialect dialect = n % 40 == 39 ? Dialect.EMBEDDINGS : Dialect.CHAT;
        Buffer body = new JsonObject()
                .put("model", model.name())
                .put("stream", n % 3 != 0)
                .put("max_tokens", 40 + n % 5 * 30)
                .put(
                        "messages",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("role", "user")
                                        .put("content", PROMPTS.get(n % PROMPTS.size()) + " (" + n + ")")))
                .toBuffer();
        Call call = new Call(
                ids.next(), dialect, body, null, System.nanoTime(), null, InetAddress.getLoopbackAddress(), usage);
        CompletableFuture<Sink.Terminal> over = new CompletableFuture<>();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(nothing -> gateway.submit(principal, call, new Ear(over)));
        return over;
    }

    /// Hears a call and keeps only its end.
    private record Ear(CompletableFuture<Sink.Terminal> over) implements Sink {
        @Override
        public void head(int status, Map<String, String> headers, long length) {}

        @Override
        public boolean chunk(Buffer data) {
            return true;
        }

        @Override
        public void end(Terminal terminal) {
            over.complete(terminal);
        }
    }
}
