package ai.doubleword.webhooks;

import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEvents;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.webhooks.DeliveryStore.Wanted;
import ai.doubleword.webhooks.DeliveryStore.Written;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// Where events wait to be sent. What is sent is written here, once and for all: each attempt sends the same bytes.
@Singleton
final class EventOutbox implements AccountEvents {
    private final ObjectMapper json = JsonFormat.mapper();
    private final Ids ids;
    private final Clock clock;
    private final Wake wake;

    /// Who is told that something waits.
    @FunctionalInterface
    interface Wake {
        void wake();
    }

    EventOutbox(Ids ids, Clock clock, Wake wake) {
        this.ids = ids;
        this.clock = clock;
        this.wake = wake;
    }

    @Override
    public void emit(Handle transaction, AccountEvent event) {
        write(transaction, List.of(event));
    }

    @Override
    public void emit(Handle transaction, List<AccountEvent> all) {
        if (all.isEmpty()) {
            return;
        }
        Set<Wanted> wanted = DeliveryStore.wanted(
                transaction,
                all.stream().map(AccountEvent::account).collect(Collectors.toSet()),
                all.stream().map(event -> event.type().wire()).collect(Collectors.toSet()));
        List<AccountEvent> heard = all.stream()
                .filter(event ->
                        wanted.contains(new Wanted(event.account(), event.type().wire())))
                .toList();
        if (!heard.isEmpty()) {
            write(transaction, heard);
        }
    }

    private void write(Handle transaction, List<AccountEvent> events) {
        Instant now = clock.instant();
        List<Written> written = events.stream()
                .map(event -> {
                    long id = ids.next();
                    return new Written(id, event, body(id, event, now));
                })
                .toList();
        if (DeliveryStore.emit(transaction, written, now) > 0) {
            wakeAfter(transaction);
        }
    }

    /// Adds an event for one endpoint alone.
    ///
    /// @return its id
    long put(Handle transaction, long webhook, AccountEvent event) {
        long id = ids.next();
        Instant now = clock.instant();
        DeliveryStore.insert(transaction, webhook, id, event, body(id, event, now), now);
        wakeAfter(transaction);
        return id;
    }

    /// Has what waits looked for when the transaction commits.
    void wakeAfter(Handle transaction) {
        transaction.afterCommit(wake::wake);
    }

    /// As the official SDKs of OpenAI read events, with the time also as Standard Webhooks writes it.
    private String body(long id, AccountEvent event, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", Ids.format(Delivery.EVENT, id));
        body.put("object", "event");
        body.put("type", event.type().wire());
        body.put("created_at", now.getEpochSecond());
        body.put("timestamp", now.truncatedTo(ChronoUnit.MILLIS).toString());
        body.put("data", event.data());
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the data of an event becomes JSON", e);
        }
    }
}
