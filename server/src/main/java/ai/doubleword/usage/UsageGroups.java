package ai.doubleword.usage;

/// Makes groups of usage rows for whoever records usage in a transaction of their own. Thread-safe.
public final class UsageGroups {
    private final Drain.Days places;

    UsageGroups(Drain.Days places) {
        this.places = places;
    }

    /// A new, empty group.
    public UsageGroup next() {
        return new UsageGroup(places);
    }
}
