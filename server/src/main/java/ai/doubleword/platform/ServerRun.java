package ai.doubleword.platform;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/// The server's life between start and stop: announced to this machine's commands as long as it lasts.
@Singleton
@Unremovable
public final class ServerRun implements QuarkusApplication {
    private static final String CERTIFICATE = "doubleword.server.tls.certificate";

    private final OperatorToken token;
    private final Event<ServerReady> ready;
    private final Event<ServerStopping> stopping;

    ServerRun(OperatorToken token, Event<ServerReady> ready, Event<ServerStopping> stopping) {
        this.token = token;
        this.ready = ready;
        this.stopping = stopping;
    }

    @Override
    public int run(String... arguments) {
        Path home = Configuration.home();
        URI url = localUrl();
        Optional<Path> certificate = ConfigProvider.getConfig().getOptionalValue(CERTIFICATE, Path.class);
        RunningServer.announce(home, url, certificate, token);
        try {
            ready.fire(new ServerReady(url));
            Quarkus.waitForExit();
            stopping.fire(new ServerStopping());
            return 0;
        } finally {
            RunningServer.withdraw(home);
        }
    }

    /// Where this process listens, as this machine reaches it.
    static URI localUrl() {
        var config = ConfigProvider.getConfig();
        boolean tls = config.getOptionalValue(CERTIFICATE, String.class).isPresent();
        int port = config.getValue(tls ? "quarkus.http.ssl-port" : "quarkus.http.port", Integer.class);
        String bind = config.getValue("quarkus.http.host", String.class);
        boolean everywhere = bind.equals("0.0.0.0") || bind.equals("::");
        String host = everywhere ? "127.0.0.1" : bind.indexOf(':') >= 0 ? "[" + bind + "]" : bind;
        return URI.create((tls ? "https" : "http") + "://" + host + ":" + port);
    }
}
