package ai.doubleword.gateway;

import ai.doubleword.billing.Tariff;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.KeyVerdict;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.Model;
import ai.doubleword.models.ModelType;
import ai.doubleword.models.Route;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Target;
import ai.doubleword.providers.TargetState;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.UsageRecord;
import ai.doubleword.usage.UsageSink;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Small working versions of what the gateway calls, for tests without a server.
final class InMemory {
    private InMemory() {}

    static Principal principal() {
        return principal(KeyScopes.UNRESTRICTED, Rates.UNLIMITED);
    }

    static Principal principal(KeyScopes scopes, Rates rates) {
        return new Principal(
                "abcdefghijkl",
                11,
                22,
                33,
                KeyType.INFERENCE,
                scopes,
                rates,
                Rates.UNLIMITED,
                Set.of(5L),
                true,
                Long.MAX_VALUE,
                1);
    }

    static Model model(String name, ModelType type, Target... targets) {
        return model(name, type, Set.of(), targets);
    }

    static Model model(String name, ModelType type, Set<Long> groups, Target... targets) {
        return model(name, type, Rates.UNLIMITED, groups, targets);
    }

    static Model model(String name, ModelType type, Rates rates, Set<Long> groups, Target... targets) {
        Tariff tariff = new Tariff(7, 1_000_000, 0, 0, 0, 2_000_000, 2_000_000, 0, 0, 0, Instant.EPOCH);
        return new Model(
                name.hashCode(),
                new UUID(1, name.hashCode()),
                name,
                type,
                "",
                List.of(),
                8192,
                0,
                rates,
                groups,
                Map.of(Tier.REALTIME, tariff),
                new Route(Route.Policy.PRIORITY, List.of(targets)),
                Instant.EPOCH);
    }

    static Target target(long id, String upstreamModel, Upstream upstream, Slots slots) {
        return target(id, upstreamModel, upstream, slots, Target.Quirks.DEFAULT);
    }

    static Target target(long id, String upstreamModel, Upstream upstream, Slots slots, Target.Quirks quirks) {
        return new Target(id, "p" + id, upstreamModel, 1, (int) id, quirks, upstream, slots);
    }

    /// Counts what becomes of slots.
    static final class Slots implements TargetState {
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger succeeded = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger abandoned = new AtomicInteger();
        volatile boolean closed;
        volatile long askedToWait;

        @Override
        public boolean tryAcquire() {
            if (!closed) {
                open.incrementAndGet();
            }
            return !closed;
        }

        @Override
        public void succeeded(long nanos) {
            open.decrementAndGet();
            succeeded.incrementAndGet();
        }

        @Override
        public void failed(long retryAfterMillis) {
            askedToWait = retryAfterMillis;
            open.decrementAndGet();
            failed.incrementAndGet();
        }

        @Override
        public void abandoned() {
            open.decrementAndGet();
            abandoned.incrementAndGet();
        }

        @Override
        public long retryAfterMillis() {
            return closed ? 7000 : 0;
        }
    }

    /// An upstream whose answers a test says by hand.
    static final class Script implements Upstream {
        final List<Request> requests = new CopyOnWriteArrayList<>();
        final AtomicInteger pauses = new AtomicInteger();
        final AtomicInteger resumes = new AtomicInteger();
        final AtomicInteger cancels = new AtomicInteger();
        private final Consumer<Listener> answer;

        Script(Consumer<Listener> answer) {
            this.answer = answer;
        }

        static Script json(int status, String body) {
            return new Script(listener -> {
                listener.head(status, Map.of("content-type", "application/json"));
                if (!body.isEmpty()) {
                    listener.chunk(Buffer.buffer(body));
                }
                listener.end();
            });
        }

        static Script events(String... packets) {
            return new Script(listener -> {
                listener.head(200, Map.of("content-type", "text/event-stream"));
                for (String packet : packets) {
                    listener.chunk(Buffer.buffer(packet));
                }
                listener.end();
            });
        }

        static Script broken(Failure.Kind kind) {
            return new Script(listener -> listener.failed(new Failure(kind, "scripted")));
        }

        @Override
        public Exchange send(Request request, Listener listener) {
            requests.add(request);
            answer.accept(listener);
            return new Exchange() {
                @Override
                public void pause() {
                    pauses.incrementAndGet();
                }

                @Override
                public void resume() {
                    resumes.incrementAndGet();
                }

                @Override
                public void cancel() {
                    cancels.incrementAndGet();
                }
            };
        }
    }

    /// A usage sink that keeps records, and says "durable" when told to.
    static final class Usage implements UsageSink {
        final List<UsageRecord> records = new CopyOnWriteArrayList<>();
        final AtomicInteger reserved = new AtomicInteger();
        final List<Runnable> waiting = new CopyOnWriteArrayList<>();
        volatile boolean full;
        volatile boolean slow;

        @Override
        public boolean reserve() {
            if (!full) {
                reserved.incrementAndGet();
            }
            return !full;
        }

        @Override
        public void release() {
            reserved.decrementAndGet();
        }

        @Override
        public void record(UsageRecord usageRecord, Runnable durable) {
            reserved.decrementAndGet();
            records.add(usageRecord);
            if (slow) {
                waiting.add(durable);
            } else {
                durable.run();
            }
        }
    }

    /// A key ring that is never asked, and cuts when told to.
    static final class Keys implements KeyVerifier {
        final List<String> used = new CopyOnWriteArrayList<>();

        @Nullable
        Consumer<String> cut;

        @Override
        public KeyVerdict verify(CharSequence credential, InetAddress client) {
            throw new UnsupportedOperationException("no HTTP here");
        }

        @Override
        public Optional<Principal> acting(String keyId) {
            return Optional.empty();
        }

        @Override
        public Runnable onCut(Consumer<String> keyId) {
            cut = keyId;
            return () -> cut = null;
        }

        @Override
        public void used(Principal principal, InetAddress client, String model) {
            used.add(model);
        }
    }

    /// A sink that is no HTTP response: it keeps what it hears.
    static final class Heard implements Sink {
        final List<String> log = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        final CompletableFuture<Terminal> terminal = new CompletableFuture<>();
        volatile int status;
        volatile boolean takesMore = true;

        @Override
        public void head(int answered, Map<String, String> headers, long length) {
            log.add("head");
            status = answered;
        }

        @Override
        public boolean chunk(Buffer data) {
            log.add("chunk");
            body.append(data);
            return takesMore;
        }

        @Override
        public void end(Terminal end) {
            log.add("end");
            if (!terminal.complete(end)) {
                throw new AssertionError("a second end");
            }
        }

        Problem problem() {
            Problem problem = terminal.getNow(null).problem();
            if (problem == null) {
                throw new AssertionError("there was no problem");
            }
            return problem;
        }
    }
}
