package ai.doubleword.platform;

/// A command could not do what it was asked to, for a reason that a person can act on: one line of what is wrong,
/// one of what to do. The program prints both to its error output and exits with status 1.
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;
    private final String param;

    public CommandFailedException(String message, String remedy) {
        this(message, remedy, "");
    }

    /// @param param the field of the request that the server names
    CommandFailedException(String message, String remedy, String param) {
        super(message);
        this.remedy = remedy;
        this.param = param;
    }

    /// What to do about it, as a sentence; empty if the message says it.
    public String remedy() {
        return remedy;
    }

    /// The field of the request that the server refused; empty if it named none.
    public String param() {
        return param;
    }
}
