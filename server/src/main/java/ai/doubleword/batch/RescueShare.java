package ai.doubleword.batch;

/// Divides tokens between batches that are late and everything else that is planned: while both wait, late ones take
/// three tenths at most; what the other does not use, each may have. So whoever is not late waits at most ten sevenths
/// as long as without it, and nobody gets the whole of a pool by ordering too late. Not thread-safe.
final class RescueShare {
    /// Tenths that late batches may have.
    static final int LATE = 3;

    private static final int OTHERS = 10 - LATE;
    private static final long LATE_ONES = 0;
    private static final long OTHER_ONES = 1;

    private final FairQueue classes = new FairQueue();

    RescueShare() {
        classes.join(OTHER_ONES, OTHERS);
    }

    /// Whether a line of a late batch goes before one whose turn it is otherwise.
    ///
    /// @param late whether any late batch has a line that may begin
    boolean rescueNext(boolean late) {
        if (late) {
            classes.join(LATE_ONES, LATE);
        } else {
            classes.leave(LATE_ONES);
        }
        return classes.next(each -> true).orElseThrow() == LATE_ONES;
    }

    /// A line takes tokens, or (negative) took fewer than it was charged.
    void charge(boolean rescued, long tokens) {
        classes.charge(rescued ? LATE_ONES : OTHER_ONES, tokens);
    }
}
