package ai.doubleword.usage;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready while the journal takes records. A drain that waits for PostgreSQL is told, but does not make it unready:
/// until the journal is full, inference goes on (S-19).
@Readiness
@Singleton
final class JournalReadiness implements HealthCheck {
    private final Journal journal;
    private final Drain drain;

    JournalReadiness(Journal journal, Drain drain) {
        this.journal = journal;
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        JournalSpace space = journal.space();
        String trouble = space.trouble();
        boolean full = space.taken() + JournalSpace.RESERVATION > space.limit();
        var answer = HealthCheckResponse.named("journal")
                .status(trouble == null && !full)
                .withData("bytes", space.taken())
                .withData("limit_bytes", space.limit());
        if (trouble != null) {
            answer.withData("reason", trouble);
        } else if (full) {
            answer.withData(
                    "reason", "the usage journal is full: PostgreSQL must take it, or usage.journal.max-bytes grow");
        }
        String waiting = drain.trouble();
        if (waiting != null) {
            answer.withData("drain", waiting)
                    .withData("lag_seconds", drain.lag().toSeconds());
        }
        return answer.build();
    }
}
