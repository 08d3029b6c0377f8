package ai.doubleword.gateway;

import ai.doubleword.keys.Principal;
import ai.doubleword.models.Model;
import ai.doubleword.usage.Cause;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Flex calls that are not streamed, by key and body, so that a repeat finds the call that still runs: proxies give up
/// on an answer that takes minutes, and SDKs then send the request again. A call goes on for a while without a client;
/// its answer is kept that long too. Of several clients of one call each gets the answer, and it is charged once.
/// Thread-safe.
final class FlexCalls {
    private final Vertx vertx;
    private final Duration linger;
    private final Map<String, Shared> calls = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    FlexCalls(Vertx vertx, Duration linger) {
        this.vertx = vertx;
        this.linger = linger;
    }

    /// Begins a relay for a sink.
    interface Start {
        Gateway.Ticket begin(Sink sink);
    }

    /// Attaches the sink to the same call if it is a repeat of one that still runs, else starts one.
    Gateway.Ticket join(Principal principal, Call call, Sink sink, Start start) {
        String name = name(principal, call);
        Context here = vertx.getOrCreateContext();
        if (call.again()) {
            Shared running = calls.get(name);
            Gateway.Ticket joined = running == null ? null : running.attach(sink, here);
            if (joined != null) {
                return joined;
            }
        }
        Shared shared = new Shared(name, here);
        Gateway.Ticket ticket = shared.attach(sink, here);
        calls.put(name, shared);
        shared.started(start.begin(shared));
        return Objects.requireNonNull(ticket);
    }

    /// The server goes: calls without a client end now, and so do those whose client leaves from now on.
    void stop() {
        stopping = true;
        calls.values().forEach(Shared::giveUpAlone);
    }

    private static String name(Principal principal, Call call) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            Bytes body = Bytes.of(call.body());
            sha.update(body.array(), body.from(), body.to() - body.from());
            return principal.family() + "/" + call.dialect().endpoint() + "/"
                    + HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// One call with the clients that wait for it. Its own callbacks come on the context that it began on; clients come
    /// and go on theirs.
    private final class Shared implements Sink {
        private final String name;
        private final Context context;
        private final List<Client> clients = new ArrayList<>();
        private Gateway.@Nullable Ticket ticket;
        private boolean givenUp;
        private long visits;
        private @Nullable Model model;
        private int status;
        private Map<String, String> headers = Map.of();
        private final List<Buffer> body = new ArrayList<>();
        private @Nullable Terminal terminal;

        Shared(String name, Context context) {
            this.name = name;
            this.context = context;
        }

        /// @return nothing if the call was given up just now
        synchronized Gateway.@Nullable Ticket attach(Sink sink, Context on) {
            if (givenUp) {
                return null;
            }
            visits++;
            Client client = new Client(this, sink, on);
            if (terminal == null) {
                clients.add(client);
            } else {
                deliver(client, terminal);
            }
            return client;
        }

        synchronized void started(Gateway.Ticket running) {
            ticket = running;
        }

        synchronized void detach(Client client) {
            if (!clients.remove(client)) {
                return;
            }
            client.context.runOnContext(nothing -> client.sink.end(new Terminal(Cause.CLIENT_GONE, null, null)));
            if (clients.isEmpty()) {
                long since = ++visits;
                vertx.setTimer(stopping ? 1 : Math.max(1, linger.toMillis()), timer -> forget(since));
            }
        }

        synchronized void giveUpAlone() {
            if (clients.isEmpty()) {
                long since = visits;
                context.runOnContext(nothing -> forget(since));
            }
        }

        /// Nobody came for it since.
        private void forget(long since) {
            Gateway.Ticket unwanted;
            synchronized (this) {
                if (visits != since) {
                    return;
                }
                givenUp = true;
                calls.remove(name, this);
                unwanted = terminal == null ? ticket : null;
            }
            if (unwanted != null) {
                context.runOnContext(nothing -> unwanted.abandon());
            }
        }

        @Override
        public synchronized void about(Model called) {
            model = called;
        }

        @Override
        public synchronized void head(int answered, Map<String, String> sent, long length) {
            status = answered;
            headers = sent;
        }

        @Override
        public synchronized boolean chunk(Buffer data) {
            body.add(data);
            return true;
        }

        @Override
        public synchronized void end(Terminal end) {
            terminal = end;
            clients.forEach(client -> deliver(client, end));
            boolean waited = !clients.isEmpty();
            clients.clear();
            if (waited || givenUp) {
                givenUp = true;
                calls.remove(name, this);
            }
        }

        private void deliver(Client client, Terminal end) {
            Model called = model;
            int answered = status;
            Map<String, String> sent = headers;
            Buffer whole = body.size() == 1 ? body.getFirst() : Buffer.buffer();
            if (body.size() > 1) {
                body.forEach(whole::appendBuffer);
            }
            client.context.runOnContext(nothing -> {
                if (called != null) {
                    client.sink.about(called);
                }
                if (answered != 0) {
                    client.sink.head(answered, sent, whole.length());
                    client.sink.chunk(whole);
                }
                client.sink.end(end);
            });
        }
    }

    /// One who waits for a call.
    private static final class Client implements Gateway.Ticket {
        private final Shared shared;
        private final Sink sink;
        private final Context context;

        Client(Shared shared, Sink sink, Context context) {
            this.shared = shared;
            this.sink = sink;
            this.context = context;
        }

        @Override
        public void demand() {
            // A whole answer is one chunk.
        }

        @Override
        public void abandon() {
            shared.detach(this);
        }
    }
}
