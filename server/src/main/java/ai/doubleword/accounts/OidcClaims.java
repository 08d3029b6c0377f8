package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an issuer says of somebody, after everything about its token was checked.
record OidcClaims(Map<String, Object> all) {
    String subject() {
        return text("sub").orElse("");
    }

    /// The address, if the issuer says that it has verified it. Some write the word as text.
    Optional<String> verifiedEmail() {
        boolean verified = "true".equals(text("email_verified").orElse(""));
        return verified ? text("email") : Optional.empty();
    }

    /// When the user proved to the issuer who is there, if it says so.
    Optional<Instant> signedInAt() {
        return all.get("auth_time") instanceof Number seconds
                ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                : Optional.empty();
    }

    private Optional<String> text(String claim) {
        return Optional.ofNullable(all.get(claim)).map(Object::toString);
    }

    /// Whether a claim is a value, or a list that holds it.
    ///
    /// @param claim a dot leads into objects, unless a claim is called so whole
    boolean has(String claim, String value) {
        Object found = find(claim);
        return found instanceof List<?> list
                ? list.stream().anyMatch(each -> value.equals(Objects.toString(each)))
                : found != null && value.equals(found.toString());
    }

    private @Nullable Object find(String claim) {
        if (all.containsKey(claim)) {
            return all.get(claim);
        }
        Object place = all;
        for (String part : claim.split("\\.", -1)) {
            place = place instanceof Map<?, ?> object ? object.get(part) : null;
        }
        return place;
    }
}
