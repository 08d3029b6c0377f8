package ai.doubleword.batch;

/// Where a single line stands. From `Completed`, `Failed` and `Cancelled` it goes nowhere any more.
public sealed interface SingleState {
    /// It waits for a worker.
    record Queued() implements SingleState {}

    /// A worker has it.
    record InProgress() implements SingleState {}

    /// It was answered.
    ///
    /// @param request the id that usage has of it; its time is when its last try began
    /// @param body what its handler made of the answer
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Completed(long request, byte[] body) implements SingleState {}

    /// It failed for good.
    ///
    /// @param request the id that usage has of it, if it was tried; else 0
    /// @param code of the error catalogue; `batch_expired` if it waited for too long
    /// @param message for people
    /// @param status of HTTP that belongs to the code
    record Failed(long request, String code, String message, int status) implements SingleState {}

    /// It was cancelled before it had a result. It costs nothing.
    record Cancelled() implements SingleState {}

    /// Whether it goes nowhere any more.
    default boolean ended() {
        return switch (this) {
            case Queued queued -> false;
            case InProgress running -> false;
            case Completed completed -> true;
            case Failed failed -> true;
            case Cancelled cancelled -> true;
        };
    }
}
