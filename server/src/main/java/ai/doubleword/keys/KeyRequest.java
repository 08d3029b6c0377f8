package ai.doubleword.keys;

import ai.doubleword.limits.RatesSpec;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client says of a key, to make or to change it. What is absent is left as it is; `expires_at: null` ends an
/// expiry.
///
/// @param type `inference` (default) or `platform`
/// @param visibility `maker` or `organization`: whether all members of the organization see what is done with it
/// @param member for whom in the organization to make it, `user_…` or an address; who makes it unless it says otherwise
/// @param purpose the same as `type`, as existing clients say it: everything but `platform` calls models
/// @param expiresAt a time, or a date, which is its beginning in UTC
record KeyRequest(
        @Nullable String name,
        @Nullable String description,
        @Nullable String type,
        @Nullable String purpose,
        KeyView.@Nullable Scopes scopes,
        @Nullable RatesSpec limits,
        @Nullable String onRevoke,
        @Nullable Map<String, String> labels,
        @Nullable String visibility,
        @Nullable String member,
        @Nullable JsonNode expiresAt) {

    /// The type of a key to be made.
    KeyType keyType() {
        String wanted = type != null ? type : purpose != null ? purpose : "inference";
        return switch (wanted) {
            case "platform" -> KeyType.PLATFORM;
            case "inference" -> KeyType.INFERENCE;
            case "realtime", "batch", "playground" -> {
                if (type == null) {
                    yield KeyType.INFERENCE;
                }
                throw unknownType();
            }
            default -> throw unknownType();
        };
    }

    /// The terms of a key to be made.
    KeyTerms terms() {
        if (name == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "name", "Give the key a name: {\"name\":\"…\"}."));
        }
        return over(KeyTerms.named(name));
    }

    /// These terms over others.
    KeyTerms over(KeyTerms before) {
        return new KeyTerms(
                name == null ? before.name() : name,
                description == null ? before.description() : description,
                scopes == null ? before.scopes() : scopes.over(before.scopes()),
                limits == null ? before.rates() : limits.over(before.rates()),
                onRevoke == null ? before.cutStreams() : cut(onRevoke),
                labels == null ? before.labels() : labels,
                visibility == null ? before.shared() : shared(visibility),
                expiresAt == null ? before.expiresAt() : expiry(expiresAt));
    }

    /// Whether running streams are cut.
    static boolean cut(String onRevoke) {
        return switch (onRevoke) {
            case "cut" -> true;
            case "finish" -> false;
            default -> throw KeyView.invalid("on_revoke", "on_revoke is finish or cut.");
        };
    }

    private static boolean shared(String visibility) {
        return switch (visibility) {
            case "organization" -> true;
            case "maker" -> false;
            default -> throw KeyView.invalid("visibility", "visibility is maker or organization.");
        };
    }

    private static @Nullable Instant expiry(JsonNode time) {
        if (time.isNull()) {
            return null;
        }
        try {
            String text = time.asText();
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw KeyView.invalid("expires_at", "expires_at is a time such as 2027-01-31T00:00:00Z, or a date.");
        }
    }

    private static ProblemException unknownType() {
        return KeyView.invalid("type", "type is inference or platform.");
    }
}
