package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.nio.CharBuffer;
import java.util.Locale;

/// How passwords are kept: Argon2id with the parameters that OWASP names for servers (19 MiB, two passes). The hash
/// says its own parameters, so that they can be raised later. Thread-safe; each call takes some ten milliseconds.
final class Passwords {
    static final int SHORTEST = 12;
    static final int LONGEST = 256;

    private static final Argon2Function ARGON = Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);
    private static final int SALT_BYTES = 16;

    private Passwords() {}

    /// @throws ProblemException `invalid_value` for one that is too short, too long, or the address itself
    static String hash(CharSequence password, String email) {
        if (password.length() < SHORTEST || password.length() > LONGEST) {
            throw refused("A password has " + SHORTEST + " to " + LONGEST + " characters.");
        }
        if (password.toString().toLowerCase(Locale.ROOT).equals(email.toLowerCase(Locale.ROOT))
                || password.chars().distinct().count() < 4) {
            throw refused("This password is too easy to guess: take another.");
        }
        return Password.hash(CharBuffer.wrap(password))
                .addRandomSalt(SALT_BYTES)
                .with(ARGON)
                .getResult();
    }

    /// Whether a password is the one that was hashed.
    static boolean matches(CharSequence password, String hash) {
        return Password.check(CharBuffer.wrap(password), hash).with(Argon2Function.getInstanceFromHash(hash));
    }

    private static ProblemException refused(String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "password", message));
    }
}
