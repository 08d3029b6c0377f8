package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.accounts.User;
import ai.doubleword.keys.Overlap;
import ai.doubleword.mail.TestMails;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Events from the transaction in which they happen to the endpoint, and what follows when they do not arrive.
@Tag("S-13")
class CourierTest {
    private static final AccountEventType COMPLETED = AccountEventType.BATCH_COMPLETED;
    private static final Receiver.Answer DOWN = new Receiver.Answer.None("connection refused");

    private final WebhookFixture at = new WebhookFixture();
    private final User user = at.accounts.user();

    @AfterEach
    void close() {
        at.close();
    }

    @Test
    void anEventArrivesAndTheStandardLibraryVerifiesIt() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();

        WebhookFixture.Message message = at.inbox.messages.getFirst();
        assertThat(message.id()).startsWith("evt_");
        assertThat(message.body())
                .startsWith("{\"id\":\"" + message.id() + "\",\"object\":\"event\",\"type\":\"batch.completed\"")
                .endsWith("\"data\":{\"id\":\"batch_1\"}}");
        verify(made.secret(), message);
        assertThatThrownBy(() -> verify(
                        made.secret(),
                        new WebhookFixture.Message(
                                message.url(), message.headers(), message.body().replace("batch_1", "batch_2"))))
                .isInstanceOf(WebhookVerificationException.class);

        Delivery delivery = at.only(user, made.webhook());
        assertThat(delivery.state()).isEqualTo(Delivery.State.DELIVERED);
        assertThat(delivery.last().orElseThrow().status()).isEqualTo(OptionalInt.of(200));
        assertThat(delivery.last().orElseThrow().answer()).isEqualTo("thanks");
        at.deliver();
        assertThat(at.inbox.messages).hasSize(1);
    }

    @Test
    void anEventIsPartOfTheTransactionInWhichItHappens() throws Exception {
        at.create(user, WebhookFixture.URL);
        at.woken.set(0);
        at.database.engine().useTransaction(handle -> {
            at.outbox.emit(handle, new AccountEvent(COMPLETED, user.account(), user.id(), Map.of("id", "batch_1")));
            assertThat(at.woken).as("before the commit").hasValue(0);
            handle.rollback();
        });
        at.deliver();
        assertThat(at.inbox.messages).isEmpty();
        assertThat(at.woken).hasValue(0);
        at.emit(user, COMPLETED, "batch_1");
        assertThat(at.woken).hasValue(1);
    }

    @Test
    void anEventThatNobodyWantsLeavesNoRow() {
        at.create(user, WebhookFixture.URL, AccountEventType.KEY_EXPIRING);
        at.emit(user, COMPLETED, "batch_1");
        at.emit(at.accounts.user(), COMPLETED, "batch_2");
        assertThat(rows("webhook_event")).isZero();
    }

    @Test
    void anEndpointHearsOfWhatItAskedForAndOfWhoseDoingItAskedFor() throws Exception {
        User other = at.accounts.user();
        at.create(user, "https://hooks.example/all");
        at.create(user, "https://hooks.example/keys", AccountEventType.KEY_EXPIRING);
        at.webhooks.create(
                WebhookFixture.caller(user),
                new Webhook.Terms("https://hooks.example/own", "", List.of(), Webhook.Scope.OWN));
        at.database
                .engine()
                .useTransaction(handle -> at.outbox.emit(
                        handle, new AccountEvent(COMPLETED, user.account(), other.id(), Map.of("id", "theirs"))));
        at.emit(user, COMPLETED, "mine");
        at.deliver();

        assertThat(at.inbox.ids("https://hooks.example/all")).hasSize(2);
        assertThat(at.inbox.ids("https://hooks.example/keys")).isEmpty();
        assertThat(at.inbox.ids("https://hooks.example/own")).hasSize(1);
    }

    @Test
    void manyEventsAtOnceReachWhoAskedForEachAndLeaveNoOtherRow() throws Exception {
        User other = at.accounts.user();
        IssuedWebhook made = at.create(
                user, WebhookFixture.URL, AccountEventType.RESPONSE_COMPLETED, AccountEventType.RESPONSE_FAILED);
        at.webhooks.create(
                WebhookFixture.caller(user),
                new Webhook.Terms("https://hooks.example/own", "", List.of(), Webhook.Scope.OWN));
        at.database
                .engine()
                .useTransaction(handle -> at.outbox.emit(
                        handle,
                        List.of(
                                response(AccountEventType.RESPONSE_COMPLETED, user.account(), user.id(), "resp_1"),
                                response(AccountEventType.RESPONSE_FAILED, user.account(), other.id(), "resp_2"),
                                response(AccountEventType.RESPONSE_CANCELLED, user.account(), other.id(), "resp_3"),
                                response(AccountEventType.RESPONSE_COMPLETED, other.account(), other.id(), "resp_4"))));
        at.deliver();

        assertThat(rows("webhook_event")).isEqualTo(2);
        assertThat(at.inbox.ids(WebhookFixture.URL)).hasSize(2);
        assertThat(at.inbox.ids("https://hooks.example/own")).hasSize(1);
        WebhookFixture.Message first = at.inbox.messages.stream()
                .filter(message ->
                        message.body().contains("resp_1") && message.url().equals(WebhookFixture.URL))
                .findFirst()
                .orElseThrow();
        assertThat(first.body()).contains("\"type\":\"response.completed\"").endsWith("\"data\":{\"id\":\"resp_1\"}}");
        verify(made.secret(), first);
    }

    private static AccountEvent response(AccountEventType type, long account, long member, String id) {
        return new AccountEvent(type, account, member, Map.of("id", id));
    }

    @Test
    void whatDidNotArriveComesAgainUnderTheSameIdWithANewTimeAndSignature() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        at.inbox.answer(WebhookFixture.URL, new Receiver.Answer.Said(500, "<script>oops</script>", Duration.ZERO));
        at.deliver();
        at.deliver();
        assertThat(at.inbox.messages).as("not before the pause is over").hasSize(1);
        assertThat(at.only(user, made.webhook())).satisfies(waiting -> {
            assertThat(waiting.state()).isEqualTo(Delivery.State.WAITING);
            assertThat(waiting.due())
                    .isBetween(
                            at.clock.instant().plusSeconds(5),
                            at.clock.instant().plusSeconds(6));
            assertThat(waiting.last().orElseThrow().problem()).isEqualTo("It answered 500.");
        });

        at.clock.advance(Duration.ofSeconds(6));
        at.inbox.answer(WebhookFixture.URL, new Receiver.Answer.Said(204, "", Duration.ZERO));
        at.deliver();

        assertThat(at.inbox.messages).hasSize(2);
        WebhookFixture.Message first = at.inbox.messages.get(0);
        WebhookFixture.Message second = at.inbox.messages.get(1);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().get("webhook-timestamp"))
                .isNotEqualTo(first.headers().get("webhook-timestamp"));
        verify(made.secret(), second);
        assertThat(at.only(user, made.webhook()).state()).isEqualTo(Delivery.State.DELIVERED);
        assertThat(at.webhooks
                        .delivery(user.account(), WebhookFixture.id(made.webhook()), first.id())
                        .attempts())
                .extracting(Delivery.Attempt::no)
                .containsExactly(2, 1);
    }

    @Test
    void aReceiverThatAsksForTimeIsLeftAloneForIt() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        at.inbox.answer(WebhookFixture.URL, new Receiver.Answer.Said(429, "", Duration.ofMinutes(10)));
        at.deliver();
        assertThat(at.only(user, made.webhook()).due())
                .isEqualTo(at.clock.instant().plus(Duration.ofMinutes(10)));
    }

    @Test
    void afterTheLastPauseItIsGivenUpAndCanBeSentAgainByHand() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        at.inbox.answer(WebhookFixture.URL, DOWN);
        for (Duration pause : WebhookFixture.config().pauses()) {
            at.deliver();
            at.clock.advance(pause.multipliedBy(6).dividedBy(5));
        }
        assertThat(at.only(user, made.webhook()).state()).isEqualTo(Delivery.State.WAITING);
        at.deliver();
        Delivery failed = at.only(user, made.webhook());
        assertThat(failed.state()).isEqualTo(Delivery.State.FAILED);
        assertThat(failed.attempts()).isEqualTo(WebhookFixture.config().pauses().size() + 1);

        at.inbox.answer(WebhookFixture.URL, new Receiver.Answer.Said(200, "", Duration.ZERO));
        at.webhooks.redeliver(
                user.account(), WebhookFixture.id(made.webhook()), Ids.format(Delivery.EVENT, failed.event()));
        at.deliver();
        assertThat(at.only(user, made.webhook()).state()).isEqualTo(Delivery.State.DELIVERED);
        assertThat(new HashSet<>(at.inbox.ids(WebhookFixture.URL))).hasSize(1);
    }

    @Test
    void duringTheOverlapOfARotationBothSecretsVerify() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        IssuedWebhook rotated = at.webhooks.rotate(user.account(), WebhookFixture.id(made.webhook()), Overlap.HOUR);
        assertThat(rotated.secret().revealText()).isNotEqualTo(made.secret().revealText());
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();
        WebhookFixture.Message during = at.inbox.messages.getFirst();
        verify(made.secret(), during);
        verify(rotated.secret(), during);

        at.clock.advance(Duration.ofHours(1));
        at.emit(user, COMPLETED, "batch_2");
        at.deliver();
        WebhookFixture.Message after = at.inbox.messages.getLast();
        assertThat(after.headers().get("webhook-signature")).doesNotContain(" ");
    }

    @Test
    void withoutAnOverlapTheOldSecretEndsAtOnce() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        IssuedWebhook rotated = at.webhooks.rotate(user.account(), WebhookFixture.id(made.webhook()), Overlap.NONE);
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();
        verify(rotated.secret(), at.inbox.messages.getFirst());
        assertThatThrownBy(() -> verify(made.secret(), at.inbox.messages.getFirst()))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void aNodeThatDiesBetweenSendingAndNotingHasAnotherSendItUnderTheSameId() throws Exception {
        at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        DeliveryStore.Due taken = at.courier.take(Set.of(), 10).getFirst();
        at.courier.send(taken);
        at.deliver();
        assertThat(at.inbox.messages).as("the lease holds").hasSize(1);

        at.clock.advance(Courier.LEASE);
        at.deliver();
        assertThat(at.inbox.ids(WebhookFixture.URL))
                .hasSize(2)
                .containsOnly(at.inbox.messages.getFirst().id());
    }

    @Test
    void aNodeThatComesBackLateChangesNothing() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        DeliveryStore.Due zombie = at.courier.take(Set.of(), 10).getFirst();
        at.clock.advance(Courier.LEASE);
        at.deliver();
        at.inbox.answer(WebhookFixture.URL, DOWN);
        at.courier.note(at.courier.send(zombie));
        assertThat(at.only(user, made.webhook()).state()).isEqualTo(Delivery.State.DELIVERED);
    }

    @Test
    void oneEndpointWithMuchToSendKeepsNoOtherWaiting() {
        at.create(user, "https://hooks.example/slow");
        for (int i = 0; i < 50; i++) {
            at.emit(user, COMPLETED, "batch_" + i);
        }
        User other = at.accounts.user();
        at.create(other, "https://hooks.example/quick");
        at.emit(other, COMPLETED, "batch_x");

        List<DeliveryStore.Due> taken = at.courier.take(Set.of(), 10);
        Map<String, Long> counts =
                taken.stream().collect(Collectors.groupingBy(DeliveryStore.Due::url, Collectors.counting()));
        assertThat(counts)
                .containsEntry("https://hooks.example/slow", (long) Courier.EACH)
                .containsEntry("https://hooks.example/quick", 1L);
        assertThat(at.courier.take(Set.of(taken.getFirst().endpoint()), 10))
                .as("of a busy endpoint nothing more")
                .noneMatch(due -> due.url().endsWith("slow"));
    }

    @Test
    void twoNodesNeverTakeTheSameDelivery() {
        at.create(user, WebhookFixture.URL);
        for (int i = 0; i < 8; i++) {
            at.emit(user, COMPLETED, "batch_" + i);
        }
        Set<Long> first = events(at.courier.take(Set.of(), 10));
        Set<Long> second = events(at.courier(at.inbox).take(Set.of(), 10));
        assertThat(first).hasSize(Courier.EACH).doesNotContainAnyElementsOf(second);
        assertThat(second).hasSize(Courier.EACH);
    }

    @Test
    void anEndpointThatFailsForLongIsWarnedAboutThenDisabledWithItsOwnerTold() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        String id = WebhookFixture.id(made.webhook());
        at.inbox.answer(WebhookFixture.URL, DOWN);
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();
        assertThat(at.webhooks.get(user.account(), id).status()).isEqualTo("failing");
        assertThat(at.mails.arrived()).isEmpty();

        Duration disableAfter = WebhookFixture.config().disableAfter();
        at.clock.advance(disableAfter.dividedBy(4));
        at.deliver();
        at.emit(user, COMPLETED, "batch_2");
        at.deliver();
        assertThat(at.mails.arrived()).singleElement().satisfies(mail -> {
            assertThat(mail.recipient()).isEqualTo(user.email());
            assertThat(mail.subject()).isEqualTo("A webhook is failing");
        });

        at.clock.advance(disableAfter);
        at.emit(user, COMPLETED, "batch_3");
        at.deliver();
        Webhook disabled = at.webhooks.get(user.account(), id);
        assertThat(disabled.enabled()).isFalse();
        assertThat(disabled.disabledBecause()).contains("connection refused");
        assertThat(at.mails.arrived()).extracting(TestMails.Sent::subject).containsExactly("A webhook is disabled");
        assertThat(at.audited).extracting(AuditEvent::kind).containsExactly("webhook.created", "webhook.disabled");

        int before = at.inbox.messages.size();
        at.emit(user, COMPLETED, "batch_4");
        at.clock.advance(Duration.ofDays(2));
        at.deliver();
        assertThat(at.inbox.messages).as("a disabled endpoint gets nothing").hasSize(before);
    }

    @Test
    void oneSuccessEndsTheFailing() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        String id = WebhookFixture.id(made.webhook());
        at.inbox.answer(WebhookFixture.URL, DOWN);
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();
        at.inbox.answer(WebhookFixture.URL, new Receiver.Answer.Said(200, "", Duration.ZERO));
        at.clock.advance(Duration.ofSeconds(6));
        at.deliver();
        assertThat(at.webhooks.get(user.account(), id).status()).isEqualTo("enabled");
    }

    @Test
    void aReceiverThatIsGoneIsBelievedAtOnce() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.inbox.answer(WebhookFixture.URL, new Receiver.Answer.Said(410, "", Duration.ZERO));
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();
        assertThat(at.webhooks.get(user.account(), WebhookFixture.id(made.webhook())))
                .satisfies(webhook -> assertThat(webhook.status()).isEqualTo("disabled"));
        assertThat(at.only(user, made.webhook()).state()).isEqualTo(Delivery.State.CANCELLED);
    }

    @Test
    void aTestGoesToItsEndpointAloneWhateverThatHearsOf() throws Exception {
        IssuedWebhook made = at.create(user, "https://hooks.example/one", AccountEventType.KEY_EXPIRING);
        at.create(user, "https://hooks.example/two");
        at.webhooks.test(user.account(), WebhookFixture.id(made.webhook()));
        at.deliver();
        assertThat(at.inbox.messages).singleElement().satisfies(message -> {
            assertThat(message.url()).isEqualTo("https://hooks.example/one");
            assertThat(message.body()).contains("\"type\":\"webhook.test\"");
        });
    }

    @Test
    void aDisabledEndpointTakesNoTestAndNoRedelivery() {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        String id = WebhookFixture.id(made.webhook());
        at.webhooks.change(user.account(), id, made.webhook().terms(), false);
        assertThatThrownBy(() -> at.webhooks.test(user.account(), id))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("enable it first");
    }

    @Test
    @Tag("S-08")
    void theDatabaseHoldsSecretsSealedOnly() {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.webhooks.rotate(user.account(), WebhookFixture.id(made.webhook()), Overlap.DAY);
        String dump = at.database
                .engine()
                .withHandle(handle -> handle.createQuery(
                                "SELECT string_agg(w::text || encode(w.secret, 'escape'), '') FROM webhook_endpoint w")
                        .mapTo(String.class)
                        .one());
        assertThat(dump)
                .doesNotContain("whsec_")
                .doesNotContain(made.secret().revealText().substring(6));
    }

    @Test
    void oldDeliveriesAreForgottenUnlessTheyStillWait() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        at.deliver();
        at.emit(user, COMPLETED, "batch_2");
        at.clock.advance(WebhookFixture.config().retention().plusSeconds(1));
        new WebhookRetention(at.database, WebhookFixture.config(), at.clock).forget();
        assertThat(at.webhooks
                        .deliveries(user.account(), WebhookFixture.id(made.webhook()), null, "", 10)
                        .deliveries())
                .singleElement()
                .satisfies(left -> assertThat(left.state()).isEqualTo(Delivery.State.WAITING));
        assertThat(rows("webhook_attempt")).isZero();
    }

    @Test
    void anEndpointThatIsDeletedWhileItsEventIsSentTroublesNobody() throws Exception {
        IssuedWebhook made = at.create(user, WebhookFixture.URL);
        at.emit(user, COMPLETED, "batch_1");
        DeliveryStore.Due taken = at.courier.take(Set.of(), 10).getFirst();
        Courier.Sent sent = at.courier.send(taken);
        at.webhooks.delete(user.account(), WebhookFixture.id(made.webhook()));
        assertThatCode(() -> at.courier.note(sent)).doesNotThrowAnyException();
    }

    private static Set<Long> events(List<DeliveryStore.Due> due) {
        return due.stream().map(DeliveryStore.Due::event).collect(Collectors.toSet());
    }

    private long rows(String table) {
        return at.database
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM <table>")
                        .define("table", table)
                        .mapTo(Long.class)
                        .one());
    }

    /// As a receiver in Java does it.
    private static void verify(Secret secret, WebhookFixture.Message message) throws WebhookVerificationException {
        Map<String, List<String>> headers = message.headers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
        new com.standardwebhooks.Webhook(secret.revealText())
                .verify(message.body(), HttpHeaders.of(headers, (name, value) -> true));
        assertThat(Instant.ofEpochSecond(Long.parseLong(message.headers().getOrDefault("webhook-timestamp", "0"))))
                .isAfter(Instant.EPOCH);
    }
}
