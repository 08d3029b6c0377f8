package ai.doubleword.platform;

/// The server was told to stop, and nothing has stopped yet. Fired once, as a CDI event, before connections close.
public record ServerStopping() {}
