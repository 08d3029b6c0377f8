package ai.doubleword.webhooks;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProgramVersion;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import ai.doubleword.webhooks.DeliveryStore.Due;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/// Takes deliveries, sends them, and notes what became of it; any number of nodes do so at once. A delivery that a node
/// took is its own for [#LEASE]. One that dies between sending and noting has another send the event again, under the
/// same `webhook-id`: an event arrives at least once. Blocks; thread-safe.
@Singleton
final class Courier {
    /// Longer than sending takes, twice over: to look the name up, and for the answer.
    static final Duration LEASE = Duration.ofMinutes(2);

    /// Most deliveries of one endpoint that are taken together.
    static final int EACH = 4;

    private final Database database;
    private final SecretBox box;
    private final Receiver receiver;
    private final RetrySchedule schedule;
    private final Failures failures;
    private final Clock clock;

    Courier(
            Database database,
            SecretBox box,
            Receiver receiver,
            RetrySchedule schedule,
            Failures failures,
            Clock clock) {
        this.database = database;
        this.box = box;
        this.receiver = receiver;
        this.schedule = schedule;
        this.failures = failures;
        this.clock = clock;
    }

    /// An attempt and what came of it.
    record Sent(Due due, Instant at, Duration took, Receiver.Answer answer) {}

    /// Takes what is due, of no endpoint that is busy.
    List<Due> take(Collection<Long> busy, int most) {
        Instant now = clock.instant();
        return database.engine()
                .inTransaction(handle -> DeliveryStore.take(handle, busy, EACH, most, now, now.plus(LEASE)));
    }

    /// When something is due next.
    Optional<Instant> next() {
        return database.engine().withHandle(DeliveryStore::next);
    }

    /// Sends a delivery that was taken.
    Sent send(Due due) throws InterruptedException {
        Instant at = clock.instant();
        String id = Ids.format(Delivery.EVENT, due.event());
        String signature = sign(due, id, at);
        long start = System.nanoTime();
        Receiver.Answer answer = receiver.send(
                due.url(),
                Map.of(
                        "content-type",
                        "application/json",
                        "user-agent",
                        "Doubleword-Webhooks/" + ProgramVersion.text(),
                        "webhook-id",
                        id,
                        "webhook-timestamp",
                        Long.toString(at.getEpochSecond()),
                        "webhook-signature",
                        signature),
                due.body());
        return new Sent(due, at, Duration.ofNanos(System.nanoTime() - start), answer);
    }

    private String sign(Due due, String id, Instant at) {
        List<Secret> secrets = new ArrayList<>();
        try {
            secrets.add(Webhooks.open(box, due.secrets().current(), due.endpoint()));
            if (due.secrets().previousUntil().filter(at::isBefore).isPresent()) {
                secrets.add(Webhooks.openPrevious(box, due.secrets().previous().orElseThrow(), due.endpoint()));
            }
            return Signature.of(secrets, id, at, due.body());
        } finally {
            secrets.forEach(Secret::close);
        }
    }

    /// Notes what came of an attempt, and what follows from it.
    void note(Sent sent) {
        Due due = sent.due();
        Delivery.Attempt attempt = attempt(sent);
        database.engine().useTransaction(handle -> {
            Optional<Webhook> locked = WebhookStore.lock(handle, due.account(), due.endpoint());
            if (locked.isPresent()) {
                DeliveryStore.log(handle, due, attempt);
                settle(handle, locked.get(), sent, attempt);
            }
        });
    }

    private void settle(Handle handle, Webhook webhook, Sent sent, Delivery.Attempt attempt) {
        Due due = sent.due();
        Instant now = clock.instant();
        if (attempt.arrived()) {
            DeliveryStore.settle(handle, due, Delivery.State.DELIVERED, 0, null, now);
            WebhookStore.works(handle, due.endpoint());
            return;
        }
        int failed = due.failures() + 1;
        Duration asked = sent.answer() instanceof Receiver.Answer.Said(int status, String said, Duration wait)
                ? wait
                : Duration.ZERO;
        schedule.pause(failed, asked)
                .ifPresentOrElse(
                        pause ->
                                DeliveryStore.settle(handle, due, Delivery.State.WAITING, failed, now.plus(pause), now),
                        () -> DeliveryStore.settle(handle, due, Delivery.State.FAILED, failed, null, now));
        boolean gone = attempt.status().orElse(0) == 410;
        failures.failed(handle, webhook, attempt.problem(), gone, now);
    }

    private static Delivery.Attempt attempt(Sent sent) {
        int millis = (int) Math.min(Integer.MAX_VALUE, sent.took().toMillis());
        return switch (sent.answer()) {
            case Receiver.Answer.Said(int status, String beginning, Duration wait) ->
                new Delivery.Attempt(
                        sent.due().attempt(), sent.at(), millis, OptionalInt.of(status), beginning, problem(status));
            case Receiver.Answer.None(String problem) ->
                new Delivery.Attempt(sent.due().attempt(), sent.at(), millis, OptionalInt.empty(), "", problem);
        };
    }

    private static String problem(int status) {
        if (status >= 200 && status < 300) {
            return "";
        }
        return status >= 300 && status < 400
                ? "It answered " + status + ": redirects are not followed."
                : "It answered " + status + ".";
    }
}
