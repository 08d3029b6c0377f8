package ai.doubleword.keys;

import ai.doubleword.mail.Letter;
import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.AccountEvents;
import ai.doubleword.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Warns 14, 3 and 1 days before a key expires, by mail to who made it and by webhook. Sample keys and those of the
/// playground end unheard. Blocking, thread-safe; any number of nodes look, and each warning is given once.
@Singleton
final class KeyExpiry {
    private final Database database;
    private final AccountEvents events;
    private final Outbox outbox;
    private final Clock clock;

    KeyExpiry(Database database, AccountEvents events, Outbox outbox, Clock clock) {
        this.database = database;
        this.events = events;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Scheduled(every = "1h", delayed = "5m", identity = "key-expiry", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void warn() {
        Instant now = clock.instant();
        database.engine()
                .useTransaction(handle -> KeyExpiryStore.take(handle, now).forEach(key -> warn(handle, key)));
    }

    private void warn(Handle handle, KeyExpiryStore.Ending key) {
        String id = ApiKey.PREFIX + '_' + key.id();
        Instant expires = key.expires().truncatedTo(ChronoUnit.SECONDS);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", id);
        data.put("name", key.name());
        data.put("days", key.days());
        data.put("expires_at", expires.getEpochSecond());
        events.emit(handle, new AccountEvent(AccountEventType.KEY_EXPIRING, key.account(), key.maker(), data));
        outbox.put(
                handle,
                Letter.notice(
                        "key_expiring",
                        id,
                        key.email(),
                        "An API key expires soon",
                        "The API key “" + key.name() + "” (" + id + ") stops working at " + expires + ".",
                        "Rotate it on the page API Keys, or give it a later date there, if it is still needed."));
    }
}
