package ai.doubleword.platform;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Has scheduled jobs stop with all other work: the frame alone would go on to run them after the connections that they
/// use have closed.
@Singleton
final class Schedules {
    void start(@Observes StartupEvent event, Scheduler scheduler, Shutdown shutdown) {
        shutdown.register(Shutdown.Stage.WORK, "schedules", scheduler::pause);
    }
}
