package ai.doubleword.demo;

import ai.doubleword.keys.Principal;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What a feature keeps of the demo: it fills its own pages, by the way in that everybody takes, and takes away what is
/// in the demo's accounts, whoever made it. A feature with rows of an account implements it; nothing else is needed to
/// be part of both.
public interface DemoPart {
    /// Who the demo's people are, and what they call.
    ///
    /// @param callers the first is the reader's own, where there is one: some pages show only that
    /// @param models names of chat models
    record Cast(List<Principal> callers, List<String> models) {
        public Cast {
            callers = List.copyOf(callers);
            models = List.copyOf(models);
        }
    }

    /// Makes some, and waits for what must not outlive a removal. Blocks.
    void fill(Cast cast);

    /// Takes away all that an account has, in the transaction that removes the demo. Blobs may stay until they are
    /// swept.
    void remove(Handle transaction, long account);
}
