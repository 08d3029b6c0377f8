package ai.doubleword.batch;

/// A line, read.
///
/// @param id of one that came singly, else 0
/// @param customId its user's name for it
/// @param endpoint what its `url` names
/// @param body the request
@SuppressWarnings("ArrayRecordComponent") // made once, then only read
record LineInput(long id, String customId, EndpointHandler endpoint, byte[] body) {}
