package ai.doubleword.platform;

import java.net.URI;

/// The server listens and this machine's commands can find it. Fired once, as a CDI event.
///
/// @param url where this machine reaches it, without a path
public record ServerReady(URI url) {}
