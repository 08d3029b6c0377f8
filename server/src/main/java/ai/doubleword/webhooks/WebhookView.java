package ai.doubleword.webhooks;

import ai.doubleword.accounts.User;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.Ids;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An endpoint as the management API shows it.
///
/// @param userId who made it
/// @param eventTypes the events that it hears of; absent for all
/// @param disabledBecause why it gets no events, where it does not
/// @param failingSince since when nothing arrives there
/// @param previousSecretUntil until when the secret before signs too
/// @param secret in the one answer that made it
record WebhookView(
        String id,
        String userId,
        String url,
        boolean enabled,
        @Nullable List<String> eventTypes,
        String description,
        String scope,
        @Nullable String disabledBecause,
        @Nullable Instant failingSince,
        @Nullable Instant previousSecretUntil,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String secret) {
    static WebhookView of(Webhook webhook) {
        return of(webhook, null);
    }

    static WebhookView of(IssuedWebhook issued) {
        return of(issued.webhook(), issued.secret().revealText());
    }

    private static WebhookView of(Webhook webhook, @Nullable String secret) {
        List<String> types =
                webhook.terms().types().stream().map(AccountEventType::wire).toList();
        return new WebhookView(
                Ids.format(Webhook.PREFIX, webhook.id()),
                Ids.format(User.PREFIX, webhook.maker()),
                webhook.terms().url(),
                webhook.enabled(),
                types.isEmpty() ? null : types,
                webhook.terms().description(),
                webhook.terms().scope().wire(),
                webhook.disabledBecause().isEmpty() ? null : webhook.disabledBecause(),
                webhook.failingSince().orElse(null),
                webhook.overlapEnds().orElse(null),
                webhook.created(),
                webhook.updated(),
                secret);
    }
}
