package ai.doubleword.platform;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/// The whole program for the length of one command: on a random loopback port, with quiet logs, under the home's lock.
@Singleton
@Unremovable
public final class OperatorRun implements QuarkusApplication {
    private static final String LOOPBACK = "127.0.0.1";

    // The frame makes this object itself, so that the command's work cannot come by its constructor.
    private static final AtomicReference<@Nullable Consumer<RunningServer>> WORK = new AtomicReference<>();

    private final OperatorToken token;

    OperatorRun(OperatorToken token) {
        this.token = token;
    }

    /// Starts the program, does the work, stops it. Blocks; throws what the work or the start threw.
    static void inThisProcess(Consumer<RunningServer> work) {
        WORK.set(work);
        quiet();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Quarkus.run(OperatorRun.class, (status, thrown) -> failure.set(thrown));
        Throwable thrown = failure.get();
        if (thrown == null) {
            return;
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailedException expected) {
                throw expected;
            }
            if (cause instanceof StartRefusedException refused) {
                throw new CommandFailedException(String.valueOf(refused.getMessage()), refused.remedy());
            }
        }
        throw new IllegalStateException("The program could not start for this command", thrown);
    }

    private static void quiet() {
        // The frame's own settings: ours go on to say how the world reaches the server, which links are made from.
        System.setProperty("quarkus.http.host", LOOPBACK);
        System.setProperty("quarkus.http.port", "0");
        System.setProperty("quarkus.http.ssl-port", "0");
        System.setProperty("quarkus.http.insecure-requests", "enabled");
        System.setProperty("quarkus.log.level", "ERROR");
        System.setProperty("quarkus.log.category.\"io.quarkus.runtime.Application\".level", "OFF");
        System.setProperty("quarkus.log.console.stderr", "true");
    }

    @Override
    public int run(String... arguments) {
        Path home = Configuration.home();
        int port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
        URI url = URI.create("http://" + LOOPBACK + ":" + port);
        RunningServer.announce(home, url, Optional.empty(), token);
        try {
            Consumer<RunningServer> work = WORK.getAndSet(null);
            if (work != null) {
                work.accept(new RunningServer(
                        url, Optional.empty(), ProcessHandle.current().pid(), token.secret()));
            }
            return 0;
        } finally {
            RunningServer.withdraw(home);
        }
    }
}
