package ai.doubleword.platform;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The whole program for the length of one command: on a random loopback port, with quiet logs, under the home's lock.
@Singleton
@Unremovable
public final class OperatorRun implements QuarkusApplication {
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
        }
        throw new IllegalStateException("The program could not start for this command", thrown);
    }

    private static void quiet() {
        System.setProperty("doubleword.server.bind", "127.0.0.1");
        System.setProperty("doubleword.server.port", "0");
        System.setProperty("quarkus.log.level", "ERROR");
        System.setProperty("quarkus.log.console.stderr", "true");
    }

    @Override
    public int run(String... arguments) {
        Path home = Configuration.home();

        URI url = ServerRun.localUrl();
        RunningServer.announce(home, url, token);
        try {
            Consumer<RunningServer> work = WORK.getAndSet(null);
            if (work != null) {
                work.accept(new RunningServer(url, ProcessHandle.current().pid(), token.secret()));
            }
            return 0;
        } finally {
            RunningServer.withdraw(home);
        }
    }
}
