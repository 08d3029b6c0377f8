package ai.doubleword.platform;

/// A command could not do what it was asked to, for a reason that a person can act on: one line of what is wrong, one
/// of
/// what to do. The program prints both to its error output and exits with status 1.
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    public CommandFailedException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /// What to do about it, as a sentence; empty if the message says it.
    public String remedy() {
        return remedy;
    }
}
