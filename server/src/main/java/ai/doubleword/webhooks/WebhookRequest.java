package ai.doubleword.webhooks;

import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What somebody wants an endpoint to be; what is absent stays as it is.
///
/// @param url where events are sent
/// @param eventTypes the events that it hears of; empty for all
/// @param scope `account` (default): what anybody does in it, or `own`: what its maker does
/// @param enabled whether it gets events
record WebhookRequest(
        @Nullable String url,
        @Nullable List<String> eventTypes,
        @Nullable String description,
        @Nullable String scope,
        @Nullable Boolean enabled) {
    private static final Webhook.Terms BLANK = new Webhook.Terms("", "", List.of(), Webhook.Scope.ACCOUNT);

    /// The terms of a new endpoint.
    ///
    /// @throws ProblemException `missing_required_parameter` without a URL
    Webhook.Terms terms() {
        if (url == null || url.isBlank()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER,
                    "url",
                    "Name the url that events are sent to, like https://example.com/hooks/doubleword."));
        }
        return over(BLANK);
    }

    /// These terms where they say something, the others elsewhere.
    Webhook.Terms over(Webhook.Terms before) {
        return new Webhook.Terms(
                url == null ? before.url() : url.strip(),
                description == null ? before.description() : description.strip(),
                eventTypes == null
                        ? before.types()
                        : eventTypes.stream().map(WebhookRequest::type).toList(),
                scope == null ? before.scope() : scopeOf(scope));
    }

    private static AccountEventType type(String wire) {
        return AccountEventType.of(wire)
                .filter(AccountEventType::choosable)
                .orElseThrow(() -> new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "event_types",
                        "There is no event '" + wire.substring(0, Math.min(wire.length(), 64)) + "'. There are "
                                + Arrays.stream(AccountEventType.values())
                                        .filter(AccountEventType::choosable)
                                        .map(AccountEventType::wire)
                                        .collect(Collectors.joining(", "))
                                + ".")));
    }

    private static Webhook.Scope scopeOf(String wire) {
        try {
            return Webhook.Scope.valueOf(wire.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "scope", "scope is account or own."));
        }
    }
}
