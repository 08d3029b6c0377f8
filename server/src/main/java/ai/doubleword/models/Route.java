package ai.doubleword.models;

import ai.doubleword.providers.Target;
import java.util.List;
import java.util.random.RandomGenerator;

/// How a model maps to providers.
///
/// @param policy how the order of targets is chosen for a request
/// @param targets in the order of their configuration; may be empty, then requests get `no_capacity`
public record Route(Policy policy, List<Target> targets) {
    public Route {
        targets = List.copyOf(targets);
        if (targets.size() > TargetOrder.MAX_TARGETS) {
            throw new IllegalArgumentException("a route has at most " + TargetOrder.MAX_TARGETS + " targets");
        }
    }

    /// The order in which one request tries the targets. Cheap enough for the hot path.
    ///
    /// @param random the chance that weights decide by
    public TargetOrder order(RandomGenerator random) {
        return new TargetOrder(this, random);
    }

    /// How the first target and the order of fallback are chosen.
    public enum Policy {
        /// By chance in proportion to weight; fallback goes on among the rest in the same way.
        WEIGHTED,
        /// The lowest number first; equals by weight.
        PRIORITY
    }
}
