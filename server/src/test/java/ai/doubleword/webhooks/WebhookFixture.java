package ai.doubleword.webhooks;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.mail.TestMails;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.SecretBox;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Webhooks on a real PostgreSQL with a clock of one's own and an inbox in place of the network.
final class WebhookFixture implements AutoCloseable {
    static final String URL = "https://hooks.example/doubleword";

    final TestDatabase test = TestDatabase.create();
    final Database database = test.database();
    /// Near now: the verifying library refuses old messages.
    final TestClock clock = new TestClock(Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));

    final Ids ids = new Ids(clock, new SplittableRandom(5));
    final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    final AtomicInteger woken = new AtomicInteger();
    final Inbox inbox = new Inbox();
    final TestMails mails = new TestMails(database, ids, clock);
    final EventOutbox outbox = new EventOutbox(ids, clock, woken::incrementAndGet);
    final TestAccounts accounts = new TestAccounts(database, ids, List.of());
    private final Vertx vertx = Vertx.vertx();
    private final SecureRandom random = new SecureRandom();
    private final SecretBox box = new SecretBox(MasterKey.of(new byte[32]), random);

    final Webhooks webhooks = new Webhooks(
            database,
            new Webhooks.Sealing(box, random),
            outbox,
            new Webhooks.Rules(new WebhookTarget(Egress.on(vertx)), config(), ids),
            clock,
            (transaction, event) -> audited.add(event));

    final Courier courier = courier(inbox);

    /// What arrived, and what is answered.
    static final class Inbox implements Receiver {
        final List<Message> messages = new CopyOnWriteArrayList<>();
        private final Map<String, Answer> answers = new HashMap<>();

        /// Answers so at a URL from now on; 200 without.
        synchronized void answer(String url, Answer answer) {
            answers.put(url, answer);
        }

        @Override
        public synchronized Answer send(String url, Map<String, String> headers, String body) {
            messages.add(new Message(url, headers, body));
            return answers.getOrDefault(url, new Answer.Said(200, "thanks", Duration.ZERO));
        }

        List<String> ids(String url) {
            return messages.stream()
                    .filter(message -> message.url().equals(url))
                    .map(Message::id)
                    .toList();
        }
    }

    record Message(String url, Map<String, String> headers, String body) {
        String id() {
            return headers.getOrDefault("webhook-id", "");
        }
    }

    static WebhooksConfig config() {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(WebhooksConfig.class)
                .build()
                .getConfigMapping(WebhooksConfig.class);
    }

    /// One more node.
    Courier courier(Receiver receiver) {
        return new Courier(
                database,
                box,
                receiver,
                new RetrySchedule(config().pauses(), new SplittableRandom(9)),
                new Failures((transaction, event) -> audited.add(event), mails.outbox(), config()),
                clock);
    }

    static Caller caller(User user) {
        return new Caller(user.id(), user.account(), false, Set.of("webhooks"), new Caller.Credential.Browser(1));
    }

    static Webhook.Terms terms(String url, AccountEventType... types) {
        return new Webhook.Terms(url, "", List.of(types), Webhook.Scope.ACCOUNT);
    }

    IssuedWebhook create(User user, String url, AccountEventType... types) {
        return webhooks.create(caller(user), terms(url, types));
    }

    static String id(Webhook webhook) {
        return Ids.format(Webhook.PREFIX, webhook.id());
    }

    void emit(User user, AccountEventType type, String subject) {
        database.inAccount(user.account(), handle -> {
            outbox.emit(handle, new AccountEvent(type, user.account(), user.id(), Map.of("id", subject)));
            return true;
        });
    }

    /// Sends all that is due.
    void deliver() throws InterruptedException {
        List<DeliveryStore.Due> due = new ArrayList<>(courier.take(Set.of(), 100));
        while (!due.isEmpty()) {
            for (DeliveryStore.Due each : due) {
                courier.note(courier.send(each));
            }
            due = courier.take(Set.of(), 100);
        }
    }

    Delivery only(User user, Webhook webhook) {
        return webhooks.deliveries(user.account(), id(webhook), null, "", 10)
                .deliveries()
                .getFirst();
    }

    @Override
    public void close() {
        vertx.close();
        test.close();
    }
}
