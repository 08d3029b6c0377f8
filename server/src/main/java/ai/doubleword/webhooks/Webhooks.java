package ai.doubleword.webhooks;

import ai.doubleword.accounts.Caller;
import ai.doubleword.keys.Overlap;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Endpoints of accounts: made, changed, rotated, tested, looked into. Every method takes the account it acts in and
/// finds nothing of another's: a foreign id throws `not_found`. Blocking, thread-safe, one transaction each.
@Singleton
final class Webhooks {
    private static final String TABLE = "webhook_endpoint";
    private static final int LONGEST_DESCRIPTION = 1_000;

    private final Database database;
    private final Sealing sealing;
    private final EventOutbox outbox;
    private final Rules rules;
    private final Clock clock;
    private final AuditTrail audit;

    /// How secrets are made and kept.
    @Singleton
    record Sealing(SecretBox box, SecureRandom random) {}

    /// What endpoints may be.
    @Singleton
    record Rules(WebhookTarget target, WebhooksConfig config, Ids ids) {}

    Webhooks(Database database, Sealing sealing, EventOutbox outbox, Rules rules, Clock clock, AuditTrail audit) {
        this.database = database;
        this.sealing = sealing;
        this.outbox = outbox;
        this.rules = rules;
        this.clock = clock;
        this.audit = audit;
    }

    /// Makes an endpoint. Its secret is in the answer and nowhere else.
    ///
    /// @throws ProblemException `invalid_value` for terms that may not be, `conflict` for one too many
    IssuedWebhook create(Caller caller, Webhook.Terms terms) {
        Webhook.Terms checked = checked(terms);
        Instant now = clock.instant();
        Webhook webhook = new Webhook(
                rules.ids().next(),
                caller.account(),
                caller.user(),
                checked,
                true,
                "",
                Optional.empty(),
                Optional.empty(),
                now,
                now);
        Secret secret = Signature.newSecret(sealing.random());
        return database.inAccount(caller.account(), handle -> {
            WebhookStore.lockAccount(handle, caller.account());
            if (WebhookStore.list(handle, caller.account()).size()
                    >= rules.config().endpoints()) {
                throw new ProblemException(
                        ErrorCode.CONFLICT,
                        "An account has at most " + rules.config().endpoints() + " webhooks: delete one first.");
            }
            WebhookStore.insert(handle, webhook, seal(secret, webhook.id()));
            audit.record(handle, event("webhook.created", webhook).to(shown(webhook)));
            return new IssuedWebhook(webhook, secret);
        });
    }

    /// The endpoints of an account, the newest first.
    List<Webhook> list(long account) {
        return database.inAccount(account, handle -> WebhookStore.list(handle, account));
    }

    Webhook get(long account, String id) {
        return database.inAccount(account, handle -> WebhookStore.find(handle, account, number(id)))
                .orElseThrow(Webhooks::notFound);
    }

    /// Changes what the owner says of an endpoint, and whether it is enabled.
    ///
    /// @param enabled null leaves it as it is
    Webhook change(long account, String id, Webhook.Terms terms, @Nullable Boolean enabled) {
        Webhook.Terms checked = checked(terms);
        return database.inAccount(account, handle -> {
            Webhook before = lock(handle, account, id);
            Instant now = clock.instant();
            WebhookStore.change(handle, with(before, checked), now);
            if (enabled != null && enabled && !before.enabled()) {
                WebhookStore.enable(handle, account, before.id(), now);
            } else if (enabled != null && !enabled && before.enabled()) {
                WebhookStore.disable(handle, account, before.id(), "It was disabled by hand.", now);
                DeliveryStore.cancel(handle, before.id(), now);
            }
            Webhook after = WebhookStore.find(handle, account, before.id()).orElseThrow(Webhooks::notFound);
            audit.record(
                    handle, event("webhook.changed", before).from(shown(before)).to(shown(after)));
            return after;
        });
    }

    /// Makes a new secret; the one before signs too for the overlap.
    IssuedWebhook rotate(long account, String id, Overlap overlap) {
        Secret secret = Signature.newSecret(sealing.random());
        return database.inAccount(account, handle -> {
            Webhook before = lock(handle, account, id);
            Instant now = clock.instant();
            WebhookStore.rotate(handle, account, before.id(), rotated(handle, before.id(), secret, overlap, now), now);
            Webhook after = WebhookStore.find(handle, account, before.id()).orElseThrow(Webhooks::notFound);
            audit.record(handle, event("webhook.rotated", before).to(Map.of("overlap", overlap.name())));
            return new IssuedWebhook(after, secret);
        });
    }

    private WebhookStore.Sealed rotated(Handle handle, long id, Secret secret, Overlap overlap, Instant now) {
        if (overlap == Overlap.NONE) {
            return new WebhookStore.Sealed(seal(secret, id), Optional.empty(), Optional.empty());
        }
        try (Secret before =
                open(sealing.box(), WebhookStore.secrets(handle, id).current(), id)) {
            byte[] previous = sealing.box().seal(before, TABLE, id, "previous_secret");
            return new WebhookStore.Sealed(
                    seal(secret, id), Optional.of(previous), Optional.of(now.plus(overlap.duration())));
        }
    }

    /// Deletes an endpoint with its log; what waits for it is not sent.
    Webhook delete(long account, String id) {
        return database.inAccount(account, handle -> {
            Webhook before = lock(handle, account, id);
            WebhookStore.delete(handle, account, before.id());
            audit.record(handle, event("webhook.deleted", before).from(shown(before)));
            return before;
        });
    }

    /// Sends a test event to one endpoint.
    ///
    /// @return the event's id
    /// @throws ProblemException `conflict` for an endpoint that is disabled
    long test(long account, String id) {
        return database.inAccount(account, handle -> {
            Webhook webhook = requireEnabled(lock(handle, account, id));
            return outbox.put(
                    handle,
                    webhook.id(),
                    new AccountEvent(
                            AccountEventType.WEBHOOK_TEST,
                            account,
                            webhook.maker(),
                            Map.of("id", Ids.format(Webhook.PREFIX, webhook.id()))));
        });
    }

    /// A page of deliveries, the newest first, and whether more follow.
    record Page(List<Delivery> deliveries, boolean more) {}

    /// @param state of these only; null for all
    /// @param after id of the event before the page; empty for the first page
    Page deliveries(long account, String id, Delivery.@Nullable State state, String after, int limit) {
        long before = Ids.parse(Delivery.EVENT, after).orElse(Long.MAX_VALUE);
        return database.inAccount(account, handle -> {
            long webhook = WebhookStore.find(handle, account, number(id))
                    .orElseThrow(Webhooks::notFound)
                    .id();
            List<Delivery> found = DeliveryStore.list(handle, account, webhook, state, before, limit + 1);
            return new Page(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
        });
    }

    /// A delivery with its attempts, the latest first.
    record Detail(Webhook webhook, Delivery delivery, List<Delivery.Attempt> attempts) {}

    Detail delivery(long account, String id, String event) {
        return database.inAccount(account, handle -> {
            Webhook webhook = WebhookStore.find(handle, account, number(id)).orElseThrow(Webhooks::notFound);
            Delivery delivery = DeliveryStore.find(handle, account, webhook.id(), eventNumber(event))
                    .orElseThrow(Webhooks::noDelivery);
            return new Detail(
                    webhook, delivery, DeliveryStore.attempts(handle, account, webhook.id(), delivery.event()));
        });
    }

    /// Has an event sent again, at once and with all pauses anew, whatever became of it.
    ///
    /// @throws ProblemException `conflict` for an endpoint that is disabled
    void redeliver(long account, String id, String event) {
        database.inAccount(account, handle -> {
            Webhook webhook = requireEnabled(lock(handle, account, id));
            if (DeliveryStore.again(handle, account, webhook.id(), eventNumber(event), clock.instant()) == 0) {
                throw noDelivery();
            }
            outbox.wakeAfter(handle);
            return webhook;
        });
    }

    /// Opens the secret of an endpoint.
    static Secret open(SecretBox box, byte[] sealed, long id) {
        return box.open(sealed, TABLE, id, "secret");
    }

    /// Opens the secret that was in force before.
    static Secret openPrevious(SecretBox box, byte[] sealed, long id) {
        return box.open(sealed, TABLE, id, "previous_secret");
    }

    private byte[] seal(Secret secret, long id) {
        return sealing.box().seal(secret, TABLE, id, "secret");
    }

    private Webhook.Terms checked(Webhook.Terms terms) {
        if (terms.description().length() > LONGEST_DESCRIPTION
                || terms.description().chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "description",
                    "A description has at most " + LONGEST_DESCRIPTION + " characters, on one line."));
        }
        return new Webhook.Terms(
                rules.target().check(terms.url()),
                terms.description(),
                terms.types().stream().distinct().toList(),
                terms.scope());
    }

    private static Webhook with(Webhook before, Webhook.Terms terms) {
        return new Webhook(
                before.id(),
                before.account(),
                before.maker(),
                terms,
                before.enabled(),
                before.disabledBecause(),
                before.overlapEnds(),
                before.failingSince(),
                before.created(),
                before.updated());
    }

    private static Webhook lock(Handle handle, long account, String id) {
        return WebhookStore.lock(handle, account, number(id)).orElseThrow(Webhooks::notFound);
    }

    private static Webhook requireEnabled(Webhook webhook) {
        if (!webhook.enabled()) {
            throw new ProblemException(ErrorCode.CONFLICT, "This webhook is disabled: enable it first.");
        }
        return webhook;
    }

    private static Map<String, ?> shown(Webhook webhook) {
        return Map.of(
                "url", webhook.terms().url(),
                "event_types",
                        webhook.terms().types().stream()
                                .map(AccountEventType::wire)
                                .toList(),
                "scope", webhook.terms().scope().wire(),
                "enabled", webhook.enabled());
    }

    private static AuditEvent event(String kind, Webhook webhook) {
        return AuditEvent.of(kind, webhook.account(), Ids.format(Webhook.PREFIX, webhook.id()));
    }

    private static long number(String id) {
        return Ids.parse(Webhook.PREFIX, id).orElseThrow(Webhooks::notFound);
    }

    private static long eventNumber(String id) {
        return Ids.parse(Delivery.EVENT, id).orElseThrow(Webhooks::noDelivery);
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such webhook.");
    }

    private static ProblemException noDelivery() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such delivery; they are kept for a time only.");
    }
}
