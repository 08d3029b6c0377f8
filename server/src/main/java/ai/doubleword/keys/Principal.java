package ai.doubleword.keys;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import java.util.Set;

/// Who makes a call: a verified key, and on whose behalf. One immutable object per key in the ring, shared by all of
/// its requests; a change of the key makes a new one.
///
/// @param keyId the key's public 12 characters
/// @param family identity that a rotated key keeps: limits, caps and usage count by it
/// @param account the account that owns the key and pays
/// @param member the user who made the key and as whom it acts
/// @param type inference or platform
/// @param scopes what it may do
/// @param rates the key's own limits
/// @param accountRates the account's limits
/// @param groups ids of the groups whose models the account may see
/// @param cutStreams whether revoking the key ends its running streams too
/// @param expiresAtMillis epoch milliseconds, [Long#MAX_VALUE] for never
/// @param version changes with every change of the key; state that must not outlive a change compares it
public record Principal(
        String keyId,
        long family,
        long account,
        long member,
        KeyType type,
        KeyScopes scopes,
        Rates rates,
        Rates accountRates,
        Set<Long> groups,
        boolean cutStreams,
        long expiresAtMillis,
        long version) {
    /// This key, for what belongs to an endpoint.
    ///
    /// @param endpoint as [KeyScopes] names it
    /// @throws ProblemException `scope_denied` if the key's scopes do not include it
    public Principal within(String endpoint) {
        if (!scopes.includes(endpoint)) {
            throw new ProblemException(ErrorCode.SCOPE_DENIED, "The key's scopes do not include '" + endpoint + "'.");
        }
        return this;
    }
}
