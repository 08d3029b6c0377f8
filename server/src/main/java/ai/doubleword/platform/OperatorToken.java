package ai.doubleword.platform;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/// Proves that a management call comes from this machine's operator: whoever can read a file in the home that only the
/// server's own user can read. New at each start. It acts as the first administrator. Thread-safe.
@Singleton
public final class OperatorToken {
    /// What every such token begins with, so that it is told from keys at a glance.
    public static final String PREFIX = "dw_op_";

    private final Secret token;

    OperatorToken(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        token = Secret.of(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /// Whether a credential is this start's token; takes the same time for each wrong one of the same length.
    public boolean matches(CharSequence credential) {
        return MessageDigest.isEqual(credential.toString().getBytes(StandardCharsets.UTF_8), token.reveal());
    }

    Secret secret() {
        return token;
    }
}
