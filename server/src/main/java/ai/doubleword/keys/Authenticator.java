package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.OperatorToken;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Finds out who calls a resource method and refuses whoever its [RoutePolicy] does not let in. Blocks;
/// thread-safe.
@Singleton
final class Authenticator {
    private static final String BEARER = "bearer ";
    private static final String ORGANIZATION = "X-Organization-Id";

    private final KeyVerifier keys;
    private final OperatorToken operator;
    private final Accounts accounts;
    private final Authority authority;
    private final CurrentCaller caller;
    private final PresentedKey presented;
    private final ClientAddress client;

    Authenticator(
            KeyVerifier keys,
            OperatorToken operator,
            Accounts accounts,
            Authority authority,
            CurrentCaller caller,
            PresentedKey presented,
            ClientAddress client) {
        this.keys = keys;
        this.operator = operator;
        this.accounts = accounts;
        this.authority = authority;
        this.caller = caller;
        this.presented = presented;
        this.client = client;
    }

    /// Lets the request through, its caller or key known from here on, or throws what to answer.
    ///
    /// @throws ProblemException as the refusal says
    void authenticate(ContainerRequestContext request, RoutePolicy policy) {
        switch (policy.value()) {
            case PUBLIC, LINK -> {}
            case INFERENCE_KEY, ANY_KEY -> presented.set(key(credential(request), policy.value()));
            case PLATFORM_KEY -> admit(request, policy.right());
        }
    }

    private void admit(ContainerRequestContext request, String right) {
        String credential = credential(request);
        String organization = request.getHeaderString(ORGANIZATION);
        Caller admitted = operator.matches(credential) && client.isThisMachine()
                ? operator(organization)
                : holder(key(credential, Authentication.PLATFORM_KEY), organization, right);
        if (!right.isEmpty() && !admitted.may(right)) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "Your role here lacks the right '" + right + "'. Ask an owner or administrator for it.");
        }
        caller.set(admitted);
    }

    private Caller operator(@Nullable String organization) {
        User first = accounts.firstAdministrator()
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.PERMISSION_DENIED, "There is no administrator to act as: all are disabled."));
        long account = organization == null ? first.account() : authority.organizationAccount(first, organization);
        return authority.caller(first, account, Keys.ALL_RIGHTS, "");
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
        return authority.caller(maker, account, key.scopes().rights(), key.keyId());
    }

    /// The verified key of a request, of the type that the route takes.
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
