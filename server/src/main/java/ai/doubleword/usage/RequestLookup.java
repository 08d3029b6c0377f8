package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.util.Optional;

/// What other pages show of a request. Blocks; thread-safe.
@Singleton
public final class RequestLookup {
    private final RequestLogStore store;
    private final Accounts accounts;

    RequestLookup(RequestLogStore store, Accounts accounts) {
        this.store = store;
        this.accounts = accounts;
    }

    /// A request.
    ///
    /// @param id as users see it
    /// @param cost in dollars
    /// @param totalMillis until its last byte
    public record Seen(String id, String cost, double totalMillis) {}

    /// A request that a caller may see; its row may come a moment after its end.
    public Optional<Seen> find(Caller caller, long request) {
        return store.entries(Viewer.of(caller, accounts), RequestFilter.of(request), 1, 0).stream()
                .findFirst()
                .map(entry -> new Seen(
                        Ids.format("req", request),
                        entry.cost(),
                        entry.timings().totalMs()));
    }
}
