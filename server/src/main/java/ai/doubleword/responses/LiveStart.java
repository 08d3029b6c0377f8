package ai.doubleword.responses;

import ai.doubleword.batch.SingleLines;
import ai.doubleword.platform.ChangeFeed;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Shutdown;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/// Has this node tell others what it runs, and hear of theirs, once the tables are there.
@Singleton
final class LiveStart {
    private static final int AFTER_ENGINE = 3_100;

    void start(
            @Observes @Priority(AFTER_ENGINE) StartupEvent event,
            Database database,
            LiveRuns live,
            SingleLines lines,
            Ids ids,
            Shutdown shutdown)
            throws SQLException {
        ChangeFeed feed = new ChangeFeed(
                "live-responses",
                LiveExchange.CHANNEL,
                LiveExchange.BEAT,
                database::dedicatedConnection,
                new LiveExchange(live, lines::takenElsewhere, ids.next(), System::nanoTime),
                System::nanoTime);
        shutdown.register(Shutdown.Stage.WORK, "live responses", feed::close);
        feed.start();
    }
}
