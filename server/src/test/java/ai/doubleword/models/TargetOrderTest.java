package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.providers.Target;
import ai.doubleword.providers.TargetState;
import ai.doubleword.providers.Upstream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class TargetOrderTest {
    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    @Test
    void everyTargetComesExactlyOnce() {
        for (int size = 0; size <= TargetOrder.MAX_TARGETS; size++) {
            List<Target> targets = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                targets.add(target(i, 1 + random.nextInt(100), random.nextInt(3)));
            }
            for (Route.Policy policy : Route.Policy.values()) {
                assertThat(all(new Route(policy, targets)))
                        .as("seed " + seed)
                        .containsExactlyInAnyOrderElementsOf(targets);
            }
        }
    }

    @Test
    void aLowerPriorityNumberGoesFirst() {
        Route route = new Route(Route.Policy.PRIORITY, List.of(target(1, 9, 2), target(2, 1, 0), target(3, 5, 1)));
        assertThat(all(route)).extracting(Target::id).containsExactly(2L, 3L, 1L);
    }

    @Test
    void chanceFollowsWeight() {
        Route route = new Route(Route.Policy.WEIGHTED, List.of(target(1, 3, 0), target(2, 1, 9)));
        int first = 0;
        for (int i = 0; i < 40_000; i++) {
            first += all(route).getFirst().id() == 1 ? 1 : 0;
        }
        assertThat(first).isBetween(29_000, 31_000);
    }

    @Test
    void equalsInPriorityShareByWeight() {
        Route route = new Route(Route.Policy.PRIORITY, List.of(target(1, 1, 0), target(2, 1, 0), target(3, 1, 1)));
        int first = 0;
        for (int i = 0; i < 10_000; i++) {
            List<Target> order = all(route);
            first += order.getFirst().id() == 1 ? 1 : 0;
            assertThat(order.getLast().id()).isEqualTo(3);
        }
        assertThat(first).isBetween(4_600, 5_400);
    }

    @Test
    void aRouteHasABoundedNumberOfTargets() {
        List<Target> many = Collections.nCopies(TargetOrder.MAX_TARGETS + 1, target(1, 1, 0));
        assertThatThrownBy(() -> new Route(Route.Policy.PRIORITY, many)).isInstanceOf(IllegalArgumentException.class);
    }

    private List<Target> all(Route route) {
        List<Target> order = new ArrayList<>();
        TargetOrder next = route.order(random);
        for (Target target = next.next(); target != null; target = next.next()) {
            order.add(target);
        }
        return order;
    }

    private static Target target(long id, int weight, int priority) {
        Upstream unused = (request, listener) -> {
            throw new AssertionError("not called");
        };
        return new Target(id, "p", "m", weight, priority, Target.Quirks.DEFAULT, unused, new Idle());
    }

    private static final class Idle implements TargetState {
        @Override
        public boolean tryAcquire() {
            return true;
        }

        @Override
        public void succeeded(long nanos) {}

        @Override
        public void failed(long retryAfterMillis) {}

        @Override
        public void abandoned() {}

        @Override
        public long retryAfterMillis() {
            return 0;
        }
    }
}
