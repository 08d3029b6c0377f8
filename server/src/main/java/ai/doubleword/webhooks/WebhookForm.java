package ai.doubleword.webhooks;

import static ai.doubleword.platform.FormFields.text;

import ai.doubleword.platform.AccountEventType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a form says of an endpoint, as it was typed, so that one that was refused comes back so.
///
/// @param types the events that are ticked; none for all
/// @param scope `account` or `own`
public record WebhookForm(String url, String description, Set<String> types, String scope) {
    /// The form of a new endpoint.
    static final WebhookForm BLANK = new WebhookForm("", "", Set.of(), "account");

    static WebhookForm of(MultivaluedMap<String, String> form) {
        String scope = text(form, "scope");
        return new WebhookForm(
                text(form, "url"),
                text(form, "description"),
                Set.copyOf(form.getOrDefault("event", List.of())),
                scope.isEmpty() ? "account" : scope);
    }

    static WebhookForm of(Webhook webhook) {
        return new WebhookForm(
                webhook.terms().url(),
                webhook.terms().description(),
                webhook.terms().types().stream().map(AccountEventType::wire).collect(Collectors.toSet()),
                webhook.terms().scope().wire());
    }

    /// Whether an event is ticked.
    public boolean has(String type) {
        return types.contains(type);
    }

    /// The events that can be chosen.
    public List<AccountEventType> choices() {
        return Arrays.stream(AccountEventType.values())
                .filter(AccountEventType::choosable)
                .toList();
    }

    WebhookRequest request() {
        return new WebhookRequest(url, List.copyOf(types), description, scope, null);
    }
}
