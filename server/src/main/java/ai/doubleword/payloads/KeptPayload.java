package ai.doubleword.payloads;

/// What a request and its answer held.
///
/// @param asked the body as it came
/// @param askedCut whether only its beginning was kept
/// @param answered the answer as it went out: JSON, or the events of a stream
/// @param answeredCut whether only its beginning was kept
public record KeptPayload(String asked, boolean askedCut, String answered, boolean answeredCut) {}
