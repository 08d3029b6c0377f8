package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.util.Comparator;

/// Whose turn it is within an account: the tiers in their order, and of one tier what has the least slack. Slack is
/// the window's end, less now, less what the rest takes at the expected speed; as now is the same for all, what must
/// begin first has the least. Equals by the older batch, so that an account's files run one after the other.
///
/// @param latestStart milliseconds of the epoch; [Long#MAX_VALUE] for what has no deadline
record Urgency(Tier tier, long latestStart, long batch) implements Comparable<Urgency> {
    private static final Comparator<Urgency> ORDER = Comparator.comparing(Urgency::tier)
            .thenComparingLong(Urgency::latestStart)
            .thenComparingLong(Urgency::batch);

    @Override
    public int compareTo(Urgency other) {
        return ORDER.compare(this, other);
    }
}
