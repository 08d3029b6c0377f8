package ai.doubleword.webhooks;

import ai.doubleword.accounts.MemberLeft;
import ai.doubleword.accounts.OrganizationEnded;
import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What of webhooks is a user's own: those of the personal account, and those in organizations that hear of nobody
/// else's doing. The others are the organization's and stay. Thread-safe.
@Singleton
final class WebhookData implements PersonalData, MemberLeft, OrganizationEnded {
    @Override
    public String section() {
        return "webhooks";
    }

    @Override
    public List<WebhookView> export(Handle handle, User user) {
        return WebhookStore.list(handle, user.account()).stream()
                .map(WebhookView::of)
                .toList();
    }

    @Override
    public void erase(Handle transaction, User user) {
        WebhookStore.deleteAll(transaction, user.account());
        DeliveryStore.deleteAll(transaction, user.account());
    }

    /// Nobody is told any more, not even how the batches ended.
    @Override
    public void ended(Handle transaction, long account) {
        WebhookStore.deleteAll(transaction, account);
        DeliveryStore.deleteAll(transaction, account);
    }

    @Override
    public String ending(Handle handle, long account) {
        int webhooks = WebhookStore.list(handle, account).size();
        return webhooks == 0 ? "" : webhooks + (webhooks == 1 ? " webhook" : " webhooks");
    }

    @Override
    public void left(Handle transaction, long account, long user) {
        WebhookStore.deleteOwn(transaction, account, user);
    }
}
