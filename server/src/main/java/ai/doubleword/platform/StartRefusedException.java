package ai.doubleword.platform;

import org.jspecify.annotations.Nullable;

/// The server cannot start, for a reason that a person can act on: what is wrong, and the remedy. Shown as two lines
/// without a stack trace; the program then exits with status 1.
public final class StartRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    public StartRefusedException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    public StartRefusedException(String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /// What to do about it, as a sentence.
    public String remedy() {
        return remedy;
    }
}
