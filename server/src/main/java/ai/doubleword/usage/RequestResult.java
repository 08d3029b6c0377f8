package ai.doubleword.usage;

import ai.doubleword.accounts.Caller;
import java.util.Optional;

/// What another feature keeps of a request. Each bean of this type may add a link to the request's page. Blocks;
/// thread-safe.
public interface RequestResult {
    /// A link to it.
    ///
    /// @param kind what it is, in a word or two
    /// @param name its id
    /// @param path below the account's place: `/responses/resp_…`
    record Link(String kind, String name, String path) {}

    /// A request, and what it was a part of.
    ///
    /// @param batch as in [UsageRecord]
    /// @param line as in [UsageRecord]
    record Request(long id, long batch, int line) {}

    /// Where it is, if there is any that the caller may see.
    Optional<Link> of(Caller caller, Request request);
}
