package ai.doubleword.keys;

import ai.doubleword.platform.Problem;
import java.util.concurrent.CompletionStage;

/// What the key ring says of a credential.
public sealed interface KeyVerdict {
    /// The key is genuine and alive.
    record Verified(Principal principal) implements KeyVerdict {}

    /// It is not; the problem is the answer to give.
    record Refused(Problem problem) implements KeyVerdict {}

    /// Well-formed but unknown here: the ring reads the latest changes once, then knows. Completes with `Verified` or
    /// `Refused`, never with `Pending`, on an arbitrary thread.
    record Pending(CompletionStage<KeyVerdict> verdict) implements KeyVerdict {}
}
