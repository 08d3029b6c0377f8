package ai.doubleword.models;

import ai.doubleword.providers.Target;
import java.util.List;

/// How a model maps to providers.
///
/// @param policy how the order of targets is chosen for a request
/// @param targets in the order of their configuration; may be empty, then requests get `no_capacity`
public record Route(Policy policy, List<Target> targets) {
    public Route {
        targets = List.copyOf(targets);
    }

    /// How the first target and the order of fallback are chosen.
    public enum Policy {
        /// By chance in proportion to weight; fallback goes on among the rest in the same way.
        WEIGHTED,
        /// The lowest number first; equals by weight.
        PRIORITY
    }
}
