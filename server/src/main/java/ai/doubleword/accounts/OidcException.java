package ai.doubleword.accounts;

/// An issuer that does not do what it should. The message is a sentence for administrators and the log; it holds no
/// code, token or secret.
final class OidcException extends Exception {
    private static final long serialVersionUID = 1L;

    OidcException(String message) {
        super(message);
    }

    OidcException(String message, Throwable cause) {
        super(message, cause);
    }
}
