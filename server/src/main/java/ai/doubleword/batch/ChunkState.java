package ai.doubleword.batch;

/// Where a chunk stands. The order is part of the database: append only.
enum ChunkState {
    /// Waits for a worker.
    READY,
    /// A worker has it, until its lease ends.
    LEASED,
    /// Nothing is left to do in it.
    DONE,
    /// Waits for somebody to let its batch go on.
    PARKED,
    /// What is left of it will not be done.
    CANCELLED;

    /// Whether its batch waits for it.
    boolean open() {
        return switch (this) {
            case READY, LEASED, PARKED -> true;
            case DONE, CANCELLED -> false;
        };
    }
}
