package ai.doubleword.accounts;

import java.util.Locale;

/// How a user proved who they are.
public enum SignInMethod {
    PASSWORD,
    /// The password, and a code of the authenticator app or a recovery code.
    PASSWORD_AND_CODE,
    /// A code of the authenticator app alone, by who was signed in already.
    CODE,
    /// A passkey, whose authenticator made sure who used it.
    PASSKEY,
    /// A one-time link of the operator.
    LINK,
    /// Single sign-on at an issuer.
    OIDC,
    /// A trusted proxy in front that had signed the user in.
    PROXY;

    /// The value on the wire and in the database: the name in lower case.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SignInMethod of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
