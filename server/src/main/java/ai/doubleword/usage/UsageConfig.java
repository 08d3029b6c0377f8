package ai.doubleword.usage;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How usage is kept: `usage.…` in `doubleword.yaml`.
@StaticInitSafe
@ConfigMapping(prefix = "doubleword.usage")
public interface UsageConfig {
    /// What a client's last byte waits for: `process` (the record survives the death of the process; the
    /// disk follows within 10 ms), `fsync` (it is on disk), `database` (PostgreSQL committed it; for nodes
    /// without a disk of their own).
    @WithDefault("process")
    Durability durability();

    /// The journal, in `HOME/journal`.
    JournalConfig journal();

    /// How long the request log is kept, in whole days of UTC; the partition of a day is dropped as a whole.
    @WithDefault("90d")
    Duration retention();

    /// How long the hourly rollups are kept, which dashboards and `/v1/organization/usage` read.
    @WithDefault("800d")
    Duration rollupRetention();

    /// See [UsageConfig#journal].
    interface JournalConfig {
        /// Bytes that may wait for PostgreSQL, reservations of running requests included; beyond, new requests get
        /// 503 `no_capacity`. 1 GiB holds about seven million requests.
        @WithDefault("1073741824")
        long maxBytes();
    }

    /// See [UsageConfig#durability].
    enum Durability {
        PROCESS,
        FSYNC,
        DATABASE
    }
}
