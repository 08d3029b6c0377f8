package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Caller.Credential;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.OperatorToken;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy.Authentication;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Finds out whose key, or whether the operator's token, a request carries. Blocks; thread-safe.
@Singleton
final class Authenticator {
    private static final String BEARER = "bearer ";

    private final KeyVerifier keys;
    private final OperatorToken operator;
    private final Accounts accounts;
    private final Authority authority;
    private final ClientAddress client;
    private final ExpiryNotice expiry;

    Authenticator(
            KeyVerifier keys,
            OperatorToken operator,
            Accounts accounts,
            Authority authority,
            ClientAddress client,
            ExpiryNotice expiry) {
        this.keys = keys;
        this.operator = operator;
        this.accounts = accounts;
        this.authority = authority;
        this.client = client;
        this.expiry = expiry;
    }

    /// Whether a request carries a key or token, whatever it is worth.
    static boolean hasCredential(ContainerRequestContext request) {
        return request.getHeaderString("Authorization") != null || request.getHeaderString("x-api-key") != null;
    }

    /// The caller for a platform key or the operator's token.
    ///
    /// @param organization the organization to act in, by id or slug; null for the key's own account
    /// @param right that the key must have; empty for any
    /// @throws ProblemException as the refusal says
    Caller admit(ContainerRequestContext request, @Nullable String organization, String right) {
        String credential = credential(request);
        return operator.matches(credential) && client.isThisMachine()
                ? operator(organization)
                : holder(key(credential, Authentication.PLATFORM_KEY), organization, right);
    }

    /// The key of a request, of the type that a route takes.
    ///
    /// @throws ProblemException as the refusal says
    Principal key(ContainerRequestContext request, Authentication wanted) {
        return key(credential(request), wanted);
    }

    private Caller operator(@Nullable String organization) {
        User first = accounts.firstAdministrator()
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.PERMISSION_DENIED, "There is no administrator to act as: all are disabled."));
        long account = organization == null ? first.account() : authority.organizationAccount(first, organization);
        return authority.caller(first, account, Authority.ALL_RIGHTS, new Credential.Operator());
    }

    private Caller holder(Principal key, @Nullable String organization, String right) {
        if (!right.isEmpty() && !key.scopes().rights().contains(right)) {
            throw new ProblemException(
                    ErrorCode.SCOPE_DENIED,
                    "This key lacks the right '" + right + "'. Its owner can widen its scopes.");
        }
        User maker = accounts.user(key.member())
                .filter(user -> !user.disabled())
                .orElseThrow(() ->
                        new ProblemException(ErrorCode.REVOKED_API_KEY, "The user who made this API key is disabled."));
        long account = key.account();
        if (organization != null) {
            long named = authority.organizationAccount(maker, organization);
            // An organization's key never leaves it; a personal one acts wherever its user has a place.
            if (named != account && account != maker.account()) {
                throw new ProblemException(ErrorCode.NOT_FOUND, "There is no such organization.");
            }
            account = named;
        }
        return authority.caller(maker, account, key.scopes().rights(), new Credential.Key(key.keyId()));
    }

    private Principal key(String credential, Authentication wanted) {
        KeyVerdict verdict = keys.verify(credential, client.get());
        if (verdict instanceof KeyVerdict.Pending(CompletionStage<KeyVerdict> later)) {
            verdict = later.toCompletableFuture().join();
        }
        Principal principal = switch (verdict) {
            case KeyVerdict.Verified(Principal verified) -> verified;
            case KeyVerdict.Refused(var problem) -> throw new ProblemException(problem);
            case KeyVerdict.Pending pending -> throw new IllegalStateException("pending twice");
        };
        expiry.add(principal);
        if (wanted == Authentication.PLATFORM_KEY && principal.type() != KeyType.PLATFORM) {
            throw new ProblemException(
                    ErrorCode.WRONG_KEY_TYPE, "This needs a platform key (dw_pk_…); an inference key calls models.");
        }
        if (wanted == Authentication.INFERENCE_KEY && principal.type() != KeyType.INFERENCE) {
            throw new ProblemException(
                    ErrorCode.WRONG_KEY_TYPE, "This needs an inference key (dw_sk_…); a platform key manages.");
        }
        keys.used(principal, client.get(), "");
        return principal;
    }

    private static String credential(ContainerRequestContext request) {
        String authorization = request.getHeaderString("Authorization");
        if (authorization != null) {
            return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? authorization.substring(BEARER.length()).strip()
                    : "";
        }
        String header = request.getHeaderString("x-api-key");
        return header == null ? "" : header.strip();
    }
}
