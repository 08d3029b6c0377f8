package ai.doubleword.audit;

import java.util.List;

/// What a check of the log found.
///
/// @param rows how many rows there are
/// @param checkpoints how many signed checkpoints were compared
/// @param problems what is wrong, the first hundred; empty if all is well
record Verification(long rows, int checkpoints, List<Finding> problems) {
    /// Something that is wrong.
    ///
    /// @param seq the row where it shows
    record Finding(long seq, String problem) {}
}
