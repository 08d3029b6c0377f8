package ai.doubleword.audit;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;

/// Signs the log every ten minutes.
@Singleton
final class Checkpoints {
    private final Audit audit;

    Checkpoints(Audit audit) {
        this.audit = audit;
    }

    @Scheduled(every = "10m", delayed = "1m")
    @RunOnVirtualThread
    void take() {
        audit.checkpoint();
    }
}
