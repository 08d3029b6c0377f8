package ai.doubleword.usage;

/// Where the one usage record of a call goes. The journal for HTTP calls; the segment buffer for durable lines.
public interface UsageSink {
    /// Reserves room for one record at admission, so that an admitted request can always be recorded. Never blocks.
    ///
    /// @return false if there is none: the request is refused with `no_capacity`
    boolean reserve();

    /// Gives a reservation back unused.
    void release();

    /// Takes the record of a request that held a reservation. Never blocks and never fails; `durable` runs once the
    /// record survives the death of this process, on an arbitrary thread. The client's last byte waits for it.
    void record(UsageRecord usageRecord, Runnable durable);
}
