package ai.doubleword.webhooks;

import ai.doubleword.mail.Letter;
import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What follows when nothing arrives at an endpoint for long: a mail to who manages it, then its end. Part of the
/// caller's transaction, which has locked the endpoint.
@Singleton
final class Failures {
    /// A mail warns when this part of the time to its end is over.
    private static final int WARN_AT = 4;

    private final AuditTrail audit;
    private final Outbox outbox;
    private final WebhooksConfig config;

    Failures(AuditTrail audit, Outbox outbox, WebhooksConfig config) {
        this.audit = audit;
        this.outbox = outbox;
        this.config = config;
    }

    /// Notes that an attempt failed.
    ///
    /// @param gone whether the receiver said that it is there no more
    void failed(Handle handle, Webhook webhook, String problem, boolean gone, Instant now) {
        Optional<Instant> failing = WebhookStore.fails(handle, webhook.id(), now);
        if (failing.isEmpty()) {
            return;
        }
        Instant since = failing.get();
        if (gone) {
            disable(handle, webhook, "It answered 410 Gone: it wants no more events.", now);
        } else if (!since.plus(config.disableAfter()).isAfter(now)) {
            disable(handle, webhook, "Nothing arrived since " + since + ". The last problem: " + problem, now);
        } else if (!since.plus(config.disableAfter().dividedBy(WARN_AT)).isAfter(now)
                && WebhookStore.warn(handle, webhook.id())) {
            tell(
                    handle,
                    webhook,
                    "A webhook is failing",
                    "Nothing has arrived at " + webhook.terms().url() + " since " + since + ". The last problem: "
                            + problem,
                    "If nothing arrives until " + since.plus(config.disableAfter())
                            + ", it is disabled. The page Webhooks shows each attempt, and sends events again.");
        }
    }

    private void disable(Handle handle, Webhook webhook, String because, Instant now) {
        WebhookStore.disable(handle, webhook.account(), webhook.id(), because, now);
        DeliveryStore.cancel(handle, webhook.id(), now);
        tell(
                handle,
                webhook,
                "A webhook is disabled",
                "The webhook " + webhook.terms().url() + " gets no more events. " + because,
                "When it works again, enable it on the page Webhooks and send again what it missed.");
        audit.record(
                handle,
                AuditEvent.of("webhook.disabled", webhook.account(), Ids.format(Webhook.PREFIX, webhook.id()))
                        .to(Map.of("because", because)));
    }

    private void tell(Handle handle, Webhook webhook, String subject, String... paragraphs) {
        for (String address : ManagerStore.addresses(handle, webhook.account(), webhook.maker())) {
            outbox.put(
                    handle,
                    Letter.notice("webhook", Ids.format(Webhook.PREFIX, webhook.id()), address, subject, paragraphs));
        }
    }
}
