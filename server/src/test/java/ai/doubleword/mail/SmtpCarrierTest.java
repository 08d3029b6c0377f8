package ai.doubleword.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.TestPublicAddress;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SmtpCarrierTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Carrier.Envelope ENVELOPE =
            new Carrier.Envelope("ada@example.com", "Join Zürich", "You are invited.", "<p>You are invited.</p>");

    private FakeSmtpServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeSmtpServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aMailGoesOutAsTextAndAsHtml() throws Exception {
        carrier(Map.of("from", "Doubleword <doubleword@dw.example>")).carry(ENVELOPE);

        assertThat(server.received())
                .singleElement()
                .satisfies(mail -> assertThat(mail)
                        .contains("To: ada@example.com")
                        .contains("From: Doubleword <doubleword@dw.example>")
                        .contains("Auto-Submitted: auto-generated")
                        .contains("multipart/alternative")
                        .contains("You are invited.")
                        .contains("<p>You are invited.</p>"));
        assertThat(server.logins()).isEmpty();
    }

    @Test
    void theSenderIsAtThePublicAddressUnlessOneIsNamed() throws Exception {
        carrier(Map.of()).carry(ENVELOPE);
        assertThat(server.received()).singleElement().asString().contains("From: doubleword@dw.example");
    }

    @Test
    void itLogsInWhereALoginIsGiven() throws Exception {
        carrier(Map.of("username", "mailer", "password", "a secret")).carry(ENVELOPE);
        assertThat(server.logins()).containsExactly("\0mailer\0a secret");
    }

    @Test
    void whatIsRefusedForGoodIsToldFromWhatIsRefusedForNow() {
        Carrier carrier = carrier(Map.of());
        server.answerRecipientsWith("550 no such user");
        assertThatThrownBy(() -> carrier.carry(ENVELOPE))
                .isInstanceOf(Carrier.RefusedException.class)
                .hasMessageContaining("no such user");

        server.answerRecipientsWith("450 try later");
        assertThatThrownBy(() -> carrier.carry(ENVELOPE))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Carrier.RefusedException.class)
                .hasMessageContaining("try later");
    }

    @Test
    void aMailRightAfterARefusedOneIsAnsweredToo() {
        Carrier carrier = carrier(Map.of());
        server.answerRecipientsWith("450 try later");
        for (int mail = 0; mail < 2_000; mail++) {
            assertThatThrownBy(() -> carrier.carry(ENVELOPE)).hasMessageContaining("try later");
        }
    }

    @Test
    void nothingIsSentInClearTextWhereEncryptionIsWanted() {
        assertThatThrownBy(() -> carrier(Map.of("tls", "starttls")).carry(ENVELOPE))
                .isInstanceOf(IOException.class);
        assertThat(server.received()).isEmpty();
    }

    @Test
    @Tag("S-07")
    void aMetadataAddressIsNoMailServer() {
        assertThatThrownBy(() -> carrier(Map.of("host", "169.254.169.254")).carry(ENVELOPE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
    }

    private Carrier carrier(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "doubleword.mail.host",
                "localhost",
                "doubleword.mail.port",
                Integer.toString(server.port()),
                "doubleword.mail.tls",
                "none"));
        settings.forEach((name, value) -> all.put("doubleword.mail." + name, value));
        return new SmtpCarrier(VERTX, TestMails.config(all), TestPublicAddress.of("https://dw.example"));
    }
}
