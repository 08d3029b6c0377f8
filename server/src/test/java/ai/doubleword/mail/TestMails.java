package ai.doubleword.mail;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.SecretBox;
import ai.doubleword.platform.TestPublicAddress;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An outbox with a mail server that is always there, for tests that run without the frame.
public final class TestMails {
    private static final Pattern URL = Pattern.compile("https://dw\\.example/\\S*[a-z]/\\S+");

    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Outbox outbox;
    private final MailDelivery delivery;

    public TestMails(Database database, Ids ids, Clock clock) {
        this(database, ids, clock, Map.of("doubleword.mail.host", "mail.example"));
    }

    private TestMails(Database database, Ids ids, Clock clock, Map<String, String> settings) {
        SecretBox box = new SecretBox(MasterKey.of(new byte[32]), new SecureRandom());
        this.outbox = new Outbox(database, box, ids, clock, config(settings));
        this.delivery =
                new MailDelivery(database, outbox, box, this::carry, TestPublicAddress.of("https://dw.example"), clock);
    }

    /// A mail that arrived.
    public record Sent(String recipient, String subject, String text) {
        /// The path of the link in it.
        public String path() {
            Matcher link = URL.matcher(text);
            if (!link.find()) {
                throw new IllegalStateException("no link in: " + text);
            }
            return URI.create(link.group()).getPath();
        }

        /// The secret at the end of the link in it.
        public String token() {
            return path().substring(path().lastIndexOf('/') + 1);
        }
    }

    public Outbox outbox() {
        return outbox;
    }

    /// Sends what waits, and answers what arrived since the last call.
    public List<Sent> arrived() {
        try {
            delivery.deliver();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<Sent> news = List.copyOf(sent);
        sent.removeAll(news);
        return news;
    }

    static MailConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(MailConfig.class)
                .withDefaultValues(settings)
                .build()
                .getConfigMapping(MailConfig.class);
    }

    private void carry(Carrier.Envelope envelope) throws IOException {
        sent.add(new Sent(envelope.recipient(), envelope.subject(), envelope.text()));
    }
}
