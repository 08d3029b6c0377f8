package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.nio.CharBuffer;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// How passwords are kept: Argon2id with the parameters that OWASP names for servers (19 MiB, two passes). The
/// hash says its own parameters, so that they can be raised later. Thread-safe; each call takes some ten
/// milliseconds.
final class Passwords {
    static final int SHORTEST = 12;
    static final int LONGEST = 256;

    private static final Argon2Function ARGON = Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);
    private static final int SALT_BYTES = 16;

    /// A flood of attempts must not take every core: half of them, at least one.
    private static final Semaphore BUSY =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    private Passwords() {}

    /// Made on first use.
    private static final class Nobody {
        static final String HASH = argon("nobody's password");
    }

    /// @throws ProblemException `invalid_value` for one that is too short, too long, or the address itself
    static String hash(CharSequence password, String email) {
        if (password.length() < SHORTEST || password.length() > LONGEST) {
            throw refused("A password has " + SHORTEST + " to " + LONGEST + " characters.");
        }
        if (CommonPasswords.contains(password, List.of(email, email.split("@", 2)[0]))) {
            throw refused("This password is too easy to guess. Take a longer one, or three words that nobody expects.");
        }
        return argon(password);
    }

    /// Whether a password is the one that was hashed. Without a hash the answer is no, and takes the same time.
    ///
    /// @param hash null for a user who does not exist or has no password
    static boolean matches(CharSequence password, @Nullable String hash) {
        CharSequence bounded = password.subSequence(0, Math.min(password.length(), LONGEST + 1));
        String compared = hash == null ? Nobody.HASH : hash;
        BUSY.acquireUninterruptibly();
        try {
            boolean same = Password.check(CharBuffer.wrap(bounded), compared)
                    .with(Argon2Function.getInstanceFromHash(compared));
            return same && hash != null;
        } finally {
            BUSY.release();
        }
    }

    private static String argon(CharSequence password) {
        BUSY.acquireUninterruptibly();
        try {
            return Password.hash(CharBuffer.wrap(password))
                    .addRandomSalt(SALT_BYTES)
                    .with(ARGON)
                    .getResult();
        } finally {
            BUSY.release();
        }
    }

    private static ProblemException refused(String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "password", message));
    }
}
