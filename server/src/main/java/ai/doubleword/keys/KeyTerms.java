package ai.doubleword.keys;

import ai.doubleword.limits.Rates;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the owner of a key says of it and may change later.
///
/// @param name what lists call it
/// @param scopes what it may do
/// @param rates its own limits
/// @param cutStreams whether revoking it ends its running streams too
/// @param labels such as `team=search`, inherited by usage
/// @param shared whether all members of its organization see what is done with it
/// @param expiresAt when it stops working; null for never
public record KeyTerms(
        String name,
        String description,
        KeyScopes scopes,
        Rates rates,
        boolean cutStreams,
        Map<String, String> labels,
        boolean shared,
        @Nullable Instant expiresAt) {
    public KeyTerms {
        labels = Map.copyOf(labels);
    }

    /// Terms of a key whose use its maker sees, and owners and admins.
    public KeyTerms(
            String name,
            String description,
            KeyScopes scopes,
            Rates rates,
            boolean cutStreams,
            Map<String, String> labels,
            @Nullable Instant expiresAt) {
        this(name, description, scopes, rates, cutStreams, labels, false, expiresAt);
    }

    /// An unrestricted key that never expires.
    public static KeyTerms named(String name) {
        return new KeyTerms(name, "", KeyScopes.UNRESTRICTED, Rates.UNLIMITED, false, Map.of(), null);
    }

    KeyTerms withScopes(KeyScopes other) {
        return new KeyTerms(name, description, other, rates, cutStreams, labels, shared, expiresAt);
    }

    KeyTerms withExpiry(@Nullable Instant other) {
        return new KeyTerms(name, description, scopes, rates, cutStreams, labels, shared, other);
    }

    /// The same with other limits.
    public KeyTerms withRates(Rates other) {
        return new KeyTerms(name, description, scopes, other, cutStreams, labels, shared, expiresAt);
    }
}
