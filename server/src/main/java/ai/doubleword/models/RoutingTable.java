package ai.doubleword.models;

import jakarta.inject.Singleton;

/// The one volatile reference to the routing snapshot in force. A request reads it once and keeps what it read.
@Singleton
public final class RoutingTable {
    private volatile Routing current = Routing.EMPTY;

    public Routing current() {
        return current;
    }

    /// Puts a newer snapshot in force; requests under way keep theirs.
    public void replace(Routing routing) {
        current = routing;
    }
}
