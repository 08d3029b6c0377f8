package ai.doubleword.platform;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/// Tells a database that does not answer from a statement that is wrong.
public final class DatabaseOutage {
    private DatabaseOutage() {}

    /// Whether the failure, or one of its causes, says that the database is gone, ending, starting, or out of
    /// connections: SQL states of class 08, 57P01 to 57P03 and 53300, or a pool that could not give a connection.
    public static boolean isCauseOf(@Nullable Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 16; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLTransientConnectionException) {
                return true;
            }
            if (cause instanceof SQLException sql && isOutage(sql)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutage(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null) {
            // Agroal's own "Acquisition timeout while waiting for new connection" carries no state.
            return failure.getErrorCode() == 0
                    && String.valueOf(failure.getMessage()).contains("cquisition timeout");
        }
        return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    }
}
