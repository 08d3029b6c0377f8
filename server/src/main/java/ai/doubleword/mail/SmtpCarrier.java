package ai.doubleword.mail;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.PublicAddress;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends by SMTP through the configured server. The operator named it: it may be on this machine or a private
/// network, but never a metadata address (S-07). Certificates are checked. Thread-safe.
///
/// Each mail has a client of its own. Mails are few, a connection that a refusal left halfway through a mail is no
/// good for the next one, and a shared pool that closes just then leaves the next mail without any answer.
@Singleton
final class SmtpCarrier implements Carrier {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int SECONDS = 60;

    private final Vertx vertx;
    private final MailConfig config;
    private final PublicAddress address;

    SmtpCarrier(Vertx vertx, MailConfig config, PublicAddress address) {
        this.vertx = vertx;
        this.config = config;
        this.address = address;
    }

    @Override
    public void carry(Envelope envelope) throws IOException, InterruptedException {
        checkServer();
        MailMessage message = new MailMessage()
                .setFrom(config.from().orElseGet(() -> "doubleword@" + ownHost()))
                .setTo(envelope.recipient())
                .setSubject(envelope.subject())
                .setText(envelope.text())
                .setHtml(envelope.html())
                // So that no holiday notice answers it.
                .addHeader("Auto-Submitted", "auto-generated");
        MailClient client = MailClient.create(vertx, settings());
        try {
            client.sendMail(message).toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason = String.valueOf(cause.getMessage()).strip();
            // 535: the login was refused, which concerns the configuration and not this mail.
            if (cause instanceof SMTPException smtp && smtp.isPermanent() && smtp.getReplyCode() != 535) {
                throw new RefusedException(reason, cause);
            }
            throw new IOException(reason, cause);
        } catch (TimeoutException e) {
            throw new IOException("the mail server did not answer within " + SECONDS + " s", e);
        } finally {
            client.close();
        }
    }

    private void checkServer() throws IOException {
        String host = config.host().orElseThrow();
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                if (!AddressRule.ADMINISTRATOR.allows(each)) {
                    throw new IOException(
                            "mail.host " + host + " has the address " + each.getHostAddress() + ", which is refused");
                }
            }
        } catch (UnknownHostException e) {
            throw new IOException("the host " + host + " is unknown", e);
        }
    }

    private io.vertx.ext.mail.MailConfig settings() {
        var settings = new io.vertx.ext.mail.MailConfig()
                .setHostname(config.host().orElseThrow())
                .setPort(config.port())
                .setOwnHostname(ownHost())
                .setUserAgent("doubleword")
                .setSsl(config.tls() == MailConfig.Encryption.IMPLICIT)
                .setStarttls(
                        config.tls() == MailConfig.Encryption.STARTTLS
                                ? StartTLSOptions.REQUIRED
                                : StartTLSOptions.DISABLED)
                .setLogin(config.username().isPresent() ? LoginOption.REQUIRED : LoginOption.DISABLED)
                .setUsername(config.username().orElse(null))
                .setPassword(config.password().orElse(null))
                .setKeepAlive(false);
        settings.setConnectTimeout(CONNECT_MILLIS);
        settings.setIdleTimeout(SECONDS);
        settings.setHostnameVerificationAlgorithm("HTTPS");
        return settings;
    }

    private String ownHost() {
        return address.publicUrl().getHost();
    }
}
