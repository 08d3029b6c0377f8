package ai.doubleword.platform;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;

/// Where the request under way comes from.
@Singleton
public final class ClientAddress {
    private final CurrentVertxRequest current;
    private final TrustedProxies proxies;

    ClientAddress(CurrentVertxRequest current, TrustedProxies proxies) {
        this.current = current;
        this.proxies = proxies;
    }

    /// The client's address, past trusted proxies.
    public InetAddress get() {
        return proxies.client(request());
    }

    /// Whether the connection itself comes from this machine and no proxy stands behind it.
    public boolean isThisMachine() {
        return InetAddress.ofLiteral(request().remoteAddress().hostAddress()).isLoopbackAddress()
                && get().isLoopbackAddress();
    }

    private HttpServerRequest request() {
        return current.getCurrent().request();
    }
}
