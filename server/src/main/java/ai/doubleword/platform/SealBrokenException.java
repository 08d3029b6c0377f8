package ai.doubleword.platform;

/// A sealed secret does not open: another master key, another place, or changed bytes. Names no content.
public final class SealBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SealBrokenException(String table, String column, String reason) {
        super("The secret in " + table + '.' + column + " does not open: " + reason + ".");
    }
}
