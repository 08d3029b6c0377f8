package ai.doubleword.simulator;

/// An answer under way. To be used on the context the request was given on.
public interface SimulatedExchange {
    /// Holds chunks back until [#resume]. The model goes on producing, so what is late then comes at once.
    void pause();

    void resume();

    /// Ends the answer; the listener hears nothing more. Idempotent, and without effect after the end.
    void cancel();
}
