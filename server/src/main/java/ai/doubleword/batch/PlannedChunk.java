package ai.doubleword.batch;

/// Lines that one worker will do together.
///
/// @param model that all of them name
/// @param prefix what the prompt of the first begins with, as a hash salted by account
/// @param tokens estimate of their input and output together
/// @param lines their positions in the file, in the order in which they are begun
@SuppressWarnings("ArrayRecordComponent") // made once, then only read
record PlannedChunk(String model, int prefix, long tokens, int[] lines) {}
