package ai.doubleword.providers;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls a target once and says how it went: what the test button and command do. Blocks; for virtual threads.
final class Probe {
    private static final int PATIENCE_SECONDS = 60;
    private static final int LONGEST_MESSAGE = 500;

    private final Vertx vertx;

    Probe(Vertx vertx) {
        this.vertx = vertx;
    }

    Providers.TestResult call(Upstream upstream, String path, String body) throws InterruptedException {
        CompletableFuture<Providers.TestResult> result = new CompletableFuture<>();
        Heard heard = new Heard(result);
        Context context = vertx.getOrCreateContext();
        context.runOnContext(go ->
                heard.exchange = upstream.send(new Upstream.Request(path, Buffer.buffer(body), null, false), heard));
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            context.runOnContext(go -> heard.cancel());
            return new Providers.TestResult(false, 0, 0, heard.millis(), "no answer within " + PATIENCE_SECONDS + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Heard implements Upstream.Listener {
        private final CompletableFuture<Providers.TestResult> result;
        private final long started = System.nanoTime();
        private final Buffer start = Buffer.buffer();
        private Upstream.@Nullable Exchange exchange;
        private int status;
        private long firstByte;

        Heard(CompletableFuture<Providers.TestResult> result) {
            this.result = result;
        }

        long millis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        }

        void cancel() {
            if (exchange != null) {
                exchange.cancel();
            }
        }

        @Override
        public void head(int answered, Map<String, String> headers) {
            status = answered;
        }

        @Override
        public void chunk(Buffer data) {
            firstByte = firstByte == 0 ? millis() : firstByte;
            if (start.length() < LONGEST_MESSAGE) {
                start.appendBuffer(data);
            }
        }

        @Override
        public void end() {
            boolean ok = status == 200;
            String message = ok ? "" : start.getString(0, Math.min(LONGEST_MESSAGE, start.length()));
            result.complete(new Providers.TestResult(ok, status, firstByte, millis(), message));
        }

        @Override
        public void failed(Upstream.Failure failure) {
            result.complete(new Providers.TestResult(
                    false, status, firstByte, millis(), failure.kind() + ": " + failure.detail()));
        }
    }
}
