package ai.doubleword.mail;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.TestPublicAddress;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final String TOKEN = "a-token-that-nobody-guesses";

    private final TestDatabase database = TestDatabase.create();
    private final TestClock clock = new TestClock();
    private final SecureRandom random = new SecureRandom();
    private final SecretBox box = new SecretBox(MasterKey.of(new byte[32]), random);
    private final List<Carrier.Envelope> arrived = new CopyOnWriteArrayList<>();
    private final Outbox outbox = outbox(Map.of("doubleword.mail.host", "mail.example"));
    private volatile @Nullable IOException failure;

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aMailArrivesWithItsLinkWhole() throws InterruptedException {
        put(outbox, letter());
        delivery().deliver();

        assertThat(arrived).singleElement().satisfies(mail -> {
            assertThat(mail.recipient()).isEqualTo("ada@example.com");
            assertThat(mail.text()).contains("You are invited.").contains("https://dw.example/invite/" + TOKEN);
            assertThat(mail.html()).contains("href=\"https://dw.example/invite/" + TOKEN + "\"");
        });
        assertThat(only().state()).isEqualTo(Mail.State.SENT);
        delivery().deliver();
        assertThat(arrived).hasSize(1);
    }

    @Test
    void aMailIsPartOfTheTransactionThatGivesTheReason() throws InterruptedException {
        database.database().engine().useTransaction(handle -> {
            outbox.put(handle, letter());
            handle.rollback();
        });
        delivery().deliver();
        assertThat(arrived).isEmpty();
    }

    @Test
    void whatDidNotArriveIsTriedAgainAfterAPauseThatDoubles() throws InterruptedException {
        put(outbox, letter());
        failure = new IOException("no route");
        delivery().deliver();
        assertThat(only()).satisfies(mail -> {
            assertThat(mail.state()).isEqualTo(Mail.State.WAITING);
            assertThat(mail.problem()).isEqualTo("no route");
        });

        clock.advance(MailDelivery.FIRST_PAUSE);
        delivery().deliver();
        failure = null;
        clock.advance(MailDelivery.FIRST_PAUSE);
        delivery().deliver();
        assertThat(arrived).as("the second pause is twice as long").isEmpty();
        clock.advance(MailDelivery.FIRST_PAUSE);
        delivery().deliver();
        assertThat(arrived).hasSize(1);
        assertThat(only().attempts()).isEqualTo(3);
    }

    @Test
    void afterADayItIsGivenUp() throws InterruptedException {
        put(outbox, Letter.notice("notice", "user_1", "ada@example.com", "Hello", "Hello."));
        failure = new IOException("no route");
        for (int hour = 0; hour <= 25; hour++) {
            delivery().deliver();
            clock.advance(MailDelivery.LONGEST_PAUSE);
        }
        assertThat(only().state()).isEqualTo(Mail.State.FAILED);
    }

    @Test
    void whatTheServerRefusesForGoodIsGivenUpAtOnce() throws InterruptedException {
        put(outbox, letter());
        failure = new Carrier.RefusedException("no such user", new IOException());
        delivery().deliver();
        assertThat(only()).satisfies(mail -> {
            assertThat(mail.state()).isEqualTo(Mail.State.FAILED);
            assertThat(mail.problem()).isEqualTo("no such user");
        });
    }

    @Test
    void aLinkThatStoppedWorkingIsNotSent() throws InterruptedException {
        put(outbox, letter());
        clock.advance(Duration.ofHours(2));
        delivery().deliver();
        assertThat(arrived).isEmpty();
        assertThat(only().state()).isEqualTo(Mail.State.FAILED);
    }

    @Test
    void severalNodesSendEachMailOnce() throws Exception {
        for (int i = 0; i < 40; i++) {
            put(outbox, letter());
        }
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                MailDelivery node = delivery();
                running.add(nodes.submit(() -> {
                    node.deliver();
                    return null;
                }));
            }
            for (Future<?> node : running) {
                node.get();
            }
        }
        assertThat(arrived).hasSize(40);
    }

    @Test
    void aMailThatANodeTookAndDiedWithIsSentByAnother() throws InterruptedException {
        put(outbox, letter());
        Optional<OutboxStore.Due> taken = database.database()
                .engine()
                .inTransaction(handle -> OutboxStore.take(
                        handle, clock.instant(), clock.instant().plus(MailDelivery.LEASE)));
        assertThat(taken).isPresent();
        delivery().deliver();
        assertThat(arrived).isEmpty();
        clock.advance(MailDelivery.LEASE);
        delivery().deliver();
        assertThat(arrived).hasSize(1);
    }

    @Test
    void withoutAMailServerMailsStayWhereAdministratorsSeeThem() throws InterruptedException {
        Outbox without = outbox(Map.of());
        put(without, letter());
        delivery(without).deliver();
        assertThat(arrived).isEmpty();
        assertThat(without.sends()).isFalse();
        assertThat(only()).satisfies(mail -> {
            assertThat(mail.state()).isEqualTo(Mail.State.KEPT);
            assertThat(mail.paragraphs()).containsExactly("You are invited.", "It works once.");
        });
    }

    @Test
    void mailsAreForgottenAfterAMonth() {
        Outbox without = outbox(Map.of());
        put(without, letter());
        clock.advance(MailDelivery.KEPT_FOR);
        delivery(without).forget();
        assertThat(without.list(Long.MAX_VALUE, 10)).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        delivery(without).forget();
        assertThat(without.list(Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    @Tag("S-02")
    void theDatabaseHoldsNoLinkThatWorksBeforeOrAfterAMailIsSent() throws InterruptedException {
        put(outbox, letter());
        put(outbox(Map.of()), letter());
        assertThat(rows()).contains("ada@example.com").doesNotContain(TOKEN);
        delivery().deliver();
        assertThat(arrived).hasSize(1);
        assertThat(rows()).doesNotContain(TOKEN);
        long left = database.database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT count(link_token) FROM mail")
                        .mapTo(Long.class)
                        .one());
        assertThat(left).as("sealed tokens that are left").isZero();
    }

    @Test
    @Tag("S-14")
    void whatUsersWroteIsTextInAMail() throws InterruptedException {
        put(
                outbox,
                Letter.notice("notice", "", "ada@example.com", "<b>Acme</b>", "Join <script>alert(1)</script> & co."));
        delivery().deliver();
        assertThat(arrived.getFirst().html())
                .contains("&lt;b&gt;Acme&lt;/b&gt;")
                .contains("Join &lt;script&gt;alert(1)&lt;/script&gt; &amp; co.")
                .doesNotContain("<script");
    }

    @Test
    void aSubjectStaysOnOneLine() {
        assertThat(Letter.notice("notice", "", "ada@example.com", "Hello\r\nBcc: eve@example.com")
                        .subject())
                .isEqualTo("Hello Bcc: eve@example.com");
    }

    private Letter letter() {
        return new Letter(
                "invite",
                "invite_1",
                "ada@example.com",
                "Join Acme",
                List.of("You are invited.", "It works once."),
                Optional.of(new Letter.Link(
                        "Answer", "/invite/", Secret.of(TOKEN), clock.instant().plus(Duration.ofHours(1)))));
    }

    private void put(Outbox into, Letter letter) {
        database.database().engine().useTransaction(handle -> into.put(handle, letter));
    }

    private Mail only() {
        List<Mail> all = outbox.list(Long.MAX_VALUE, 10);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private String rows() {
        return database.database()
                .engine()
                .withHandle(handle -> handle.createQuery(
                                "SELECT string_agg(m::text || coalesce(encode(link_token, 'escape'), ''), ' ') FROM mail m")
                        .mapTo(String.class)
                        .one());
    }

    private Outbox outbox(Map<String, String> settings) {
        return new Outbox(database.database(), box, new Ids(clock, random), clock, TestMails.config(settings));
    }

    private MailDelivery delivery() {
        return delivery(outbox);
    }

    private MailDelivery delivery(Outbox from) {
        return new MailDelivery(
                database.database(), from, box, this::carry, TestPublicAddress.of("https://dw.example"), clock);
    }

    private void carry(Carrier.Envelope envelope) throws IOException {
        IOException wanted = failure;
        if (wanted != null) {
            throw wanted;
        }
        arrived.add(envelope);
    }
}
