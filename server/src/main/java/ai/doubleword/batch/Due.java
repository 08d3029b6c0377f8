package ai.doubleword.batch;

/// What waits or runs of a model, of one account and until one time.
///
/// @param endMillis of its window, in milliseconds of the epoch; 0 for what goes before batches, [Long#MAX_VALUE] for
///     what has no deadline
/// @param tokens that it is expected to take
record Due(long account, long endMillis, long tokens) {}
