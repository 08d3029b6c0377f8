package ai.doubleword.platform;

/// The error catalogue: every `code` that the API can answer, one to one with its section on the docs page
/// "Error codes", which is generated from here. A code is stable: it is never renamed and never reused.
public enum ErrorCode {
    MISSING_API_KEY(
            401,
            "invalid_request_error",
            "The request carries no API key.",
            "Send the header `Authorization: Bearer dw_sk_…`."),
    INVALID_API_KEY(
            401,
            "invalid_request_error",
            "The API key is malformed, has a wrong checksum, or is unknown.",
            "Copy the key again, whole; it has 57 characters. A lost key cannot be shown again: rotate it."),
    REVOKED_API_KEY(
            401, "invalid_request_error", "The API key was revoked.", "Make a new key, or ask whoever revoked it."),
    EXPIRED_API_KEY(
            401,
            "invalid_request_error",
            "The API key is past its expiry.",
            "Make a new key, or rotate before expiry next time."),
    WRONG_KEY_TYPE(
            403,
            "permission_error",
            "An inference key was used for management, or a platform key for inference.",
            "Use `dw_sk_…` keys to call models and `dw_pk_…` keys to manage the account."),
    SCOPE_DENIED(
            403,
            "permission_error",
            "The key's scopes do not include this endpoint, tier or right.",
            "Widen the key's scopes, or use another key."),
    IP_DENIED(
            403,
            "permission_error",
            "The key is restricted to address ranges, and the request came from outside them.",
            "Call from an allowed address, or change the key's ranges."),
    MODEL_NOT_ALLOWED(
            403,
            "permission_error",
            "The key's scopes do not include this model.",
            "Add the model to the key's scopes, or use another key."),
    PERMISSION_DENIED(
            403,
            "permission_error",
            "Your role does not include this action.",
            "The message names the missing right; ask an owner or administrator for it."),
    MODEL_NOT_FOUND(
            404,
            "invalid_request_error",
            "No model of this name exists, or this account may not see it.",
            "List the models with `GET /v1/models`."),
    SIGN_IN_REQUIRED(
            401,
            "invalid_request_error",
            "Nobody is signed in with this browser, or the session has ended.",
            "Sign in at `/authentication/sign_in`."),
    SIGN_IN_REFUSED(
            401,
            "invalid_request_error",
            "Address and password do not belong together, or the user may not sign in.",
            "Check both, or set a new password."),
    SECOND_FACTOR_REQUIRED(
            401,
            "invalid_request_error",
            "Address and password are right; this user's second factor is asked for, too.",
            "Send `code` as well: of the authenticator app, or a recovery code."),
    SINGLE_SIGN_ON_FAILED(
            502,
            "api_error",
            "An issuer of single sign-on does not answer as it should.",
            "The message says what is wrong; check `oidc` in `doubleword.yaml` and the issuer itself."),
    TOO_MANY_ATTEMPTS(
            429,
            "rate_limit_error",
            "Too many attempts to sign in, for this address or from this network.",
            "Wait for `Retry-After` seconds."),
    CONFIRMATION_REQUIRED(
            403,
            "permission_error",
            "This change asks who is signed in to prove it again, and the last proof is older than 15 minutes.",
            "Type your password or a code of your authenticator app, or use a passkey, where the page asks for it. A "
                    + "program posts `confirm_password` or `confirm_code` to `/settings/confirm`, or signs in again, then "
                    + "repeats the call."),
    CROSS_SITE_REFUSED(
            403,
            "permission_error",
            "A change came with a session's cookie, but not from a page of this server, or without the page's token.",
            "Reload the page under `server.public-url`. Programs use a platform key instead."),
    NOT_FOUND(
            404,
            "invalid_request_error",
            "Nothing is at this path, or the object belongs to somebody else.",
            "Check the path and the id."),
    METHOD_NOT_ALLOWED(
            405,
            "invalid_request_error",
            "The path exists, but not with this method.",
            "The `Allow` header lists the methods."),
    NOT_ACCEPTABLE(
            406,
            "invalid_request_error",
            "The `Accept` header asks for a format that this path does not answer.",
            "Accept `application/json`, or leave the header out."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "invalid_request_error",
            "The body has a `Content-Type` that this path does not take.",
            "Send `Content-Type: application/json`."),
    MODEL_NOT_PRICED(
            403,
            "invalid_request_error",
            "The operator requires a price for every model, and this one has none.",
            "Ask the operator to set a tariff."),
    INSUFFICIENT_CREDIT(
            402,
            "insufficient_quota",
            "The account has no credit left for this request.",
            "Top up, or ask the account's owner."),
    SPEND_CAP_REACHED(
            402,
            "insufficient_quota",
            "A spend cap of the key, member or account is reached.",
            "Raise the cap, or wait for its reset."),
    REQUEST_TOO_LARGE(
            413,
            "invalid_request_error",
            "The body or the header block is larger than the server takes.",
            "Send less; the message names the limit."),
    REQUEST_TIMEOUT(
            408,
            "invalid_request_error",
            "The body took longer to arrive than the server waits.",
            "Send again over a faster connection, or send less; the operator sets `gateway.body-timeout`."),
    INVALID_JSON(
            400,
            "invalid_request_error",
            "The body is not one JSON object, or is nested too deeply, or repeats a key.",
            "The message names the place."),
    MISSING_REQUIRED_PARAMETER(400, "invalid_request_error", "A required parameter is missing.", "`param` names it."),
    INVALID_VALUE(
            400,
            "invalid_request_error",
            "A parameter has a value that is not supported.",
            "`param` names it, the message says what is supported."),
    INVALID_FILE(
            400,
            "invalid_request_error",
            "The file has lines that are not right, or holds none.",
            "The message names the first lines with field and reason, `errors` up to 1,000 of them."),
    BATCH_ENDED(
            400,
            "invalid_request_error",
            "A batch that has ended, or is about to, was to be paused or resumed.",
            "Look at its `status`; `retry` runs again what failed or was not done."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "invalid_request_error",
            "The same `Idempotency-Key` was sent with a different body.",
            "Use a new key for a new request."),
    IDEMPOTENCY_REPLAY_UNAVAILABLE(
            409,
            "invalid_request_error",
            "The request was already done, but its answer was not kept.",
            "Do not repeat it; look its result up in the request log."),
    CONFLICT(
            409,
            "invalid_request_error",
            "The change collides with what already exists.",
            "The message names the other object."),
    RATE_LIMIT_REQUESTS(
            429,
            "rate_limit_error",
            "More requests per minute than the limit.",
            "Wait for `Retry-After` seconds; SDKs do so by themselves."),
    RATE_LIMIT_TOKENS(
            429,
            "rate_limit_error",
            "More tokens per minute than the limit.",
            "Wait for `Retry-After` seconds; SDKs do so by themselves."),
    RATE_LIMIT_CONCURRENCY(
            429, "rate_limit_error", "More requests at once than the limit.", "Wait for running requests to end."),
    RESOURCE_UNAVAILABLE(
            429,
            "rate_limit_error",
            "There was no spare capacity for a flex request for as long as it may wait. It costs nothing.",
            "Try again later, or leave `service_tier` out."),
    DEADLINE_INFEASIBLE(
            429,
            "rate_limit_error",
            "The batch cannot be done within its window at the speed that was measured, and the operator takes none"
                    + " like that.",
            "Order it with the window that the message names, or split it. SDKs do not repeat it: the answer carries"
                    + " `x-should-retry: false`."),
    UPSTREAM_ERROR(
            502,
            "api_error",
            "No provider of the model gave a usable answer.",
            "Try again; if it lasts, tell the operator the request id."),
    NO_CAPACITY(
            503,
            "api_error",
            "The server, or every provider of the model, is at its limit or unavailable.",
            "Try again after `Retry-After` seconds."),
    UPSTREAM_TIMEOUT(504, "api_error", "The provider did not answer in time.", "Try again, or ask for less output."),
    UPSTREAM_DISCONNECTED(
            502, "api_error", "The provider cut the stream before its end.", "Try again; what arrived was counted."),
    DATABASE_UNAVAILABLE(
            503,
            "api_error",
            "Management needs the database, which does not answer now.",
            "Try again after `Retry-After` seconds; inference goes on meanwhile."),
    STORAGE_UNAVAILABLE(
            503,
            "api_error",
            "The place where files and results are kept does not answer, or is full.",
            "Try again after `Retry-After` seconds; if it lasts, tell the operator."),
    INTERNAL_ERROR(500, "api_error", "Something went wrong on our side.", "Tell the operator the request id.");

    private final int status;
    private final String type;
    private final String meaning;
    private final String remedy;
    private final String code;
    private final String help;

    ErrorCode(int status, String type, String meaning, String remedy) {
        this.status = status;
        this.type = type;
        this.meaning = meaning;
        this.remedy = remedy;
        this.code = name().toLowerCase(java.util.Locale.ROOT);
        this.help = "</docs/errors#" + code + ">; rel=\"help\"";
    }

    /// The HTTP status it is answered with.
    public int status() {
        return status;
    }

    /// OpenAI's `type` of the error.
    public String type() {
        return type;
    }

    /// The stable `code`: this constant's name in lower case.
    public String code() {
        return code;
    }

    /// Whether a client must not send the same again, though its status says that it may.
    public boolean isFinal() {
        return this == IDEMPOTENCY_REPLAY_UNAVAILABLE || this == DEADLINE_INFEASIBLE;
    }

    /// Where the documentation explains it, below this server's address.
    public String page() {
        return "/docs/errors#" + code;
    }

    /// The same as a `Link` header, so that the error's body stays as SDKs know it.
    public String help() {
        return help;
    }

    /// One sentence for the docs page: what happened.
    public String meaning() {
        return meaning;
    }

    /// One sentence for the docs page: what to do.
    public String remedy() {
        return remedy;
    }
}
