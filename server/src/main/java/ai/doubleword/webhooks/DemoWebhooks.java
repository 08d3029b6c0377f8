package ai.doubleword.webhooks;

import ai.doubleword.accounts.Caller;
import ai.doubleword.demo.DemoPart;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// A webhook of the demo's organization. It is disabled as soon as it is made: there is nobody at its address.
@Singleton
final class DemoWebhooks implements DemoPart {
    private static final Webhook.Terms TERMS = new Webhook.Terms(
            "https://hooks.example.com/doubleword",
            "Demo data: tells the ticket system when labels are there",
            List.of(AccountEventType.BATCH_COMPLETED, AccountEventType.RESPONSE_COMPLETED),
            Webhook.Scope.ACCOUNT);

    private final Webhooks webhooks;

    DemoWebhooks(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @Override
    public void fill(Cast cast) {
        Principal key = cast.callers().getFirst();
        Caller maker = new Caller(key.member(), key.account(), false, Set.of(), new Caller.Credential.Key(key.keyId()));
        Webhook made = webhooks.create(maker, TERMS).webhook();
        webhooks.change(key.account(), Ids.format(Webhook.PREFIX, made.id()), TERMS, false);
    }

    @Override
    public void remove(Handle transaction, long account) {
        WebhookStore.deleteAll(transaction, account);
        DeliveryStore.deleteAll(transaction, account);
    }
}
