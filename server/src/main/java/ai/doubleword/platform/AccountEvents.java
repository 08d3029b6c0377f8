package ai.doubleword.platform;

import java.util.List;
import org.jdbi.v3.core.Handle;

/// Where features say what happened in an account, so that its webhooks are told (S-13). An event is part of the
/// transaction in which it happens: either both are there or none. It costs one statement, and writes nothing where no
/// endpoint wants it. Telling begins when the transaction commits. Thread-safe; blocks.
public interface AccountEvents {
    /// Adds an event to a transaction: of the system's own login, or of the event's account.
    void emit(Handle transaction, AccountEvent event);

    /// Adds many, of any accounts: in one statement to find that nobody wants them, else in one more for all of them.
    /// Only of the system's own login.
    default void emit(Handle transaction, List<AccountEvent> all) {
        all.forEach(event -> emit(transaction, event));
    }
}
