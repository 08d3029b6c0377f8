package ai.doubleword.platform;

import io.vertx.core.net.SocketAddress;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A host that outgoing connections go to, with its checked addresses (S-07): the name is resolved away from the event
/// loop, every address it has is checked, and the connection is made to the checked address, so that a name that
/// changes its mind between check and connection gains nothing.
///
/// Addresses are kept for [#FRESH]; after that one caller refreshes them while others go on with what was checked, for
/// [#USABLE] at most. Thread-safe; reading a known address is one volatile read.
public final class Destination {
    static final Duration FRESH = Duration.ofSeconds(30);
    static final Duration USABLE = Duration.ofMinutes(5);

    private final String host;
    private final int port;
    private final boolean tls;
    private final Predicate<InetAddress> allowed;
    private final Resolver resolver;
    private final Executor blocking;
    private final AtomicReference<@Nullable CompletableFuture<List<SocketAddress>>> pending = new AtomicReference<>();
    private volatile Known known = new Known(List.of(), 0);

    private record Known(List<SocketAddress> addresses, long nanos) {}

    /// Looks a name up. The system's in production.
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    Destination(URI base, Predicate<InetAddress> allowed, Resolver resolver, Executor blocking) {
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        String name = base.getHost();
        if (!(scheme.equals("http") || scheme.equals("https")) || name == null || base.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "'" + base.getScheme() + "://…' is no URL like https://host:port/path without a user in it");
        }
        this.tls = scheme.equals("https");
        this.host = name.startsWith("[") ? name : IDN.toASCII(name);
        this.port = base.getPort() > 0 ? base.getPort() : tls ? 443 : 80;
        this.allowed = allowed;
        this.resolver = resolver;
        this.blocking = blocking;
    }

    /// The name for the `Host` header and TLS.
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public boolean tls() {
        return tls;
    }

    /// The checked addresses if they are known well enough; starts a refresh when they are no longer fresh.
    public @Nullable List<SocketAddress> addresses() {
        Known now = known;
        if (now.addresses().isEmpty()) {
            return null;
        }
        long age = System.nanoTime() - now.nanos();
        if (age > FRESH.toNanos()) {
            CompletionStage<List<SocketAddress>> refreshed = resolve();
            if (age > USABLE.toNanos()) {
                return refreshed.toCompletableFuture().isDone() ? known.addresses() : null;
            }
        }
        return now.addresses();
    }

    /// Resolves and checks; callers at the same time share one lookup.
    ///
    /// @return completes on another thread, exceptionally with [RefusedAddress] or [UnknownHostException]
    public CompletionStage<List<SocketAddress>> resolve() {
        CompletableFuture<List<SocketAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<SocketAddress>> other = pending.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        blocking.execute(() -> {
            try {
                List<SocketAddress> checked = check();
                known = new Known(checked, System.nanoTime());
                pending.set(null);
                mine.complete(checked);
            } catch (UnknownHostException | RuntimeException e) {
                if (e instanceof RefusedAddress) {
                    known = new Known(List.of(), 0);
                }
                pending.set(null);
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    private List<SocketAddress> check() throws UnknownHostException {
        List<SocketAddress> checked = new ArrayList<>();
        for (InetAddress address : resolver.resolve(host)) {
            if (!allowed.test(address)) {
                throw new RefusedAddress(host, address);
            }
            checked.add(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)));
        }
        if (checked.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return List.copyOf(checked);
    }

    /// The name leads to an address that connections must not reach.
    public static final class RefusedAddress extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedAddress(String host, InetAddress address) {
            super("'" + host + "' leads to " + address.getHostAddress()
                    + ", which outgoing connections must not reach");
        }
    }
}
