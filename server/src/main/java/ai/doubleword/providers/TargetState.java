package ai.doubleword.providers;

/// Whether a target may be tried now. Lock-free; called from event loops and health checks. Survives every change of
/// configuration.
public interface TargetState {
    /// Takes a slot if the breaker lets a request through and the concurrency cap has room; a half-open breaker lets
    /// one probe through.
    ///
    /// @return whether the caller holds a slot, to be ended by exactly one of the calls below
    boolean tryAcquire();

    /// The same for work that can wait: it gets none of the slots that are kept for requests that somebody waits for.
    default boolean tryAcquireSpare() {
        return tryAcquire();
    }

    /// The request that held a slot got a usable answer, or failed for a reason that is the request's own.
    ///
    /// @param nanos from sending it to the end of its answer
    void succeeded(long nanos);

    /// The request that held a slot failed by the target's fault: connect error, 429, 5xx, cut, timeout, empty answer.
    ///
    /// @param retryAfterMillis how long the target asked to be left alone; 0 if it did not say
    void failed(long retryAfterMillis);

    /// The request that held a slot was given up by its client: says nothing about the target.
    void abandoned();

    /// Milliseconds until a try makes sense again; 0 if now.
    long retryAfterMillis();
}
