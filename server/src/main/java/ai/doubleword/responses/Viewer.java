package ai.doubleword.responses;

import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.keys.Principal;

/// Who looks at responses.
///
/// @param account whose they must be
/// @param member whose work they must be; 0 for everybody's of the account
record Viewer(long account, long member) {
    /// What a key may see. May ask the database.
    static Viewer of(Principal key, BatchFiles sight) {
        return new Viewer(key.account(), sight.sight(key));
    }
}
