package ai.doubleword.playground;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.usage.UsageSink;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;

/// Submits calls to the gateway from blocking code. Thread-safe; does not block.
@Singleton
final class CallStarter {
    private final Gateway gateway;
    private final UsageSink usage;
    private final Vertx vertx;

    CallStarter(Gateway gateway, UsageSink usage, Vertx vertx) {
        this.gateway = gateway;
        this.usage = usage;
        this.vertx = vertx;
    }

    /// @param requestId told to the browser already, as `x-request-id`
    /// @param gone whether the browser has closed its connection; asked on any thread
    CallUnderWay start(
            Principal principal,
            long requestId,
            Dialect dialect,
            byte[] body,
            InetAddress client,
            BooleanSupplier gone) {
        CallUnderWay call = new CallUnderWay(vertx.getOrCreateContext(), gone);
        call.start(
                gateway,
                principal,
                new Call(requestId, dialect, Buffer.buffer(body), null, System.nanoTime(), null, client, usage));
        return call;
    }
}
