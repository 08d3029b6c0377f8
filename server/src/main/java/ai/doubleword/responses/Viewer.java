package ai.doubleword.responses;

/// Who looks at responses.
///
/// @param account whose they must be
/// @param member whose work they must be; 0 for everybody's of the account
record Viewer(long account, long member) {}
