package ai.doubleword.demo;

import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.ServerReady;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.locks.LockSupport;

/// `doubleword serve --demo`: fills an empty system as soon as the server listens, and says how far it is where the
/// server was started.
@Singleton
final class DemoStart {
    /// After the greeting.
    private static final int LATE = 5_000;
    private static final long LOOK_NANOS = 200_000_000;
    private static final int STEP_PERCENT = 10;

    private final Demo demo;
    private final DemoConfig config;

    DemoStart(Demo demo, DemoConfig config) {
        this.demo = demo;
        this.config = config;
    }

    void start(@Observes @Priority(LATE) ServerReady ready) {
        if (!config.onStart()) {
            return;
        }
        try {
            demo.fill();
        } catch (ProblemException refused) {
            say(refused.problem().message());
            return;
        }
        Thread.ofVirtual().name("demo-progress").start(this::follow);
    }

    private void follow() {
        int said = 0;
        while (demo.progress().running()) {
            Demo.Progress now = demo.progress();
            if (now.percent() >= said) {
                say("Demo data, " + now.percent() + " %: " + now.words());
                said = now.percent() / STEP_PERCENT * STEP_PERCENT + STEP_PERCENT;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        Demo.Progress end = demo.progress();
        say(end.trouble().isEmpty() ? "Demo data is there: " + end.words() + "." : "Demo data: " + end.trouble());
    }

    // To whoever started the server, not to the log.
    @SuppressWarnings("SystemOut")
    private static void say(String words) {
        System.out.println("  " + words);
        System.out.flush();
    }
}
