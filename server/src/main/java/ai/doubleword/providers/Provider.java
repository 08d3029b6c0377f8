package ai.doubleword.providers;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/// A provider as people see it: everything but its secrets.
///
/// @param id internal identity
/// @param name unique among providers
/// @param kind what it is
/// @param baseUrl where it is; empty for what runs in this process
/// @param keySet whether it has an API key
/// @param keySource where configuration as code takes the key from: `env:NAME`, `file:PATH`, or empty
/// @param headers names of further headers, each with the source of its value as in `keySource`
/// @param timeouts how long to wait for what
/// @param quirks what it takes and does not take
/// @param concurrency requests under way at once per target; 0 is unlimited
/// @param healthPath what a health check gets, below the base URL
/// @param healthIntervalMillis between health checks; 0 takes `health.interval`
/// @param created when it was added
public record Provider(
        long id,
        String name,
        ProviderKind kind,
        String baseUrl,
        boolean keySet,
        String keySource,
        SortedMap<String, String> headers,
        Timeouts timeouts,
        Target.Quirks quirks,
        int concurrency,
        String healthPath,
        int healthIntervalMillis,
        Instant created) {
    public Provider {
        headers = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    /// How long to wait, in milliseconds.
    ///
    /// @param connectMs for a connection; default 5 s
    /// @param firstByteMs from the request to the first byte of the answer's body; default 5 min
    /// @param idleMs between two parts of the body; default 1 min
    /// @param totalMs for a whole answer that is not streamed; default 10 min
    public record Timeouts(int connectMs, int firstByteMs, int idleMs, int totalMs) {
        public static final Timeouts DEFAULT = new Timeouts(5_000, 300_000, 60_000, 600_000);
    }
}
