package ai.doubleword.billing;

import ai.doubleword.platform.Problem;

/// The door that every request passes before it is dispatched. Never blocks.
public interface Holds {
    /// Sets aside the worst case of a request.
    ///
    /// @param account who pays
    /// @param member the user as whom the key acts
    /// @param family the key's family
    /// @param worstCase the most that the request can cost
    Decision take(long account, long member, long family, NanoDollars worstCase);

    /// The door's answer.
    sealed interface Decision {
        /// Granted; `hold` is settled once, by the usage record that carries it. 0 when nothing had to be set aside.
        record Granted(long hold) implements Decision {}

        record Refused(Problem problem) implements Decision {}
    }
}
