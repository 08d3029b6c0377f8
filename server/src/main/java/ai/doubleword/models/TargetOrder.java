package ai.doubleword.models;

import ai.doubleword.providers.Target;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The targets of one route in the order in which one request tries them: every target once, chosen when asked for.
///
/// Not thread-safe; one small object per request. Each step costs one or two passes over the route's targets, of which
/// there are a handful, instead of a sorted copy.
public final class TargetOrder {
    /// Most targets that a route may have: what is tried is one bit in a `long`.
    public static final int MAX_TARGETS = Long.SIZE;

    private final Route.Policy policy;
    private final List<Target> targets;
    private final RandomGenerator random;
    private long tried;

    TargetOrder(Route route, RandomGenerator random) {
        this.policy = route.policy();
        this.targets = route.targets();
        this.random = random;
    }

    /// The next target to try, or nothing when all were given.
    public @Nullable Target next() {
        long weight = 0;
        int priority = Integer.MAX_VALUE;
        for (int i = 0; i < targets.size(); i++) {
            if ((tried & 1L << i) == 0) {
                Target target = targets.get(i);
                int standing = policy == Route.Policy.PRIORITY ? target.priority() : 0;
                if (standing < priority) {
                    priority = standing;
                    weight = 0;
                }
                weight += standing == priority ? target.weight() : 0;
            }
        }
        return weight == 0 ? null : draw(priority, weight);
    }

    private Target draw(int priority, long weight) {
        // Most routes have one target of a standing: no chance is needed.
        long rest = weight == 1 ? 0 : random.nextLong(weight);
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            if ((tried & 1L << i) == 0 && (policy == Route.Policy.WEIGHTED || target.priority() == priority)) {
                rest -= target.weight();
                if (rest < 0) {
                    tried |= 1L << i;
                    return target;
                }
            }
        }
        throw new IllegalStateException("weights changed while drawing");
    }
}
