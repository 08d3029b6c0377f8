package ai.doubleword.webhooks;

import ai.doubleword.accounts.Caller;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.List;

/// Says who will hear of an event, for pages that begin what raises it. Blocking, thread-safe.
@Singleton
public final class Listeners {
    private final Database database;

    Listeners(Database database) {
        this.database = database;
    }

    /// Where an event of what the caller does now will be sent, the newest endpoint first.
    public List<String> of(Caller caller, AccountEventType type) {
        return database.inAccount(caller.account(), handle -> WebhookStore.list(handle, caller.account())).stream()
                .filter(Webhook::enabled)
                .filter(webhook ->
                        webhook.maker() == caller.user() || webhook.terms().scope() == Webhook.Scope.ACCOUNT)
                .filter(webhook -> webhook.terms().types().isEmpty()
                        || webhook.terms().types().contains(type))
                .map(webhook -> webhook.terms().url())
                .toList();
    }
}
