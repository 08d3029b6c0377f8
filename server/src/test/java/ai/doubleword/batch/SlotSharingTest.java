package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Nodes that come, work, pause and die, on one table of slots and a clock of nobody's; and the rule by itself.
class SlotSharingTest {
    private static final int SCHEDULES = 300;
    private static final int STEPS = 400;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final long RENEWAL = 3 * SECOND;

    /// A node of which only the slots matter.
    private static final class Node {
        final String name;
        final Slots slots;
        final int cap;
        final List<Long> running = new ArrayList<>();
        int waiting;
        int spare;
        boolean dead;
        long silentUntil;
        long toldAt;

        Node(String name, int cap) {
            this.name = name;
            this.cap = cap;
            this.slots = new Slots(cap);
        }

        boolean acts(long now) {
            return !dead && now >= silentUntil;
        }
    }

    /// All nodes, and a provider that has room for some lines at once.
    private static final class World {
        final SplittableRandom random;
        final SlotTable table = new SlotTable();
        final List<Node> nodes = new ArrayList<>();
        final int room;
        boolean refused;
        boolean silenced;
        long now = SECOND;

        World(SplittableRandom random, int room) {
            this.random = random;
            this.room = room;
            for (int i = random.nextInt(2, 6); i > 0; i--) {
                nodes.add(new Node("node-" + i, random.nextInt(8, 65)));
            }
        }

        void step() {
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(12)) {
                case 0, 1 -> node.waiting += random.nextInt(60);
                case 2 -> node.spare += random.nextInt(20);
                case 3, 4 -> tell(node);
                case 5 -> {
                    if (random.nextInt(8) == 0) {
                        node.dead = true;
                        node.running.clear();
                    }
                }
                case 6 -> {
                    if (random.nextInt(8) == 0) {
                        node.silentUntil = now + random.nextLong(20 * SECOND);
                        silenced = true;
                    }
                }
                default -> now += random.nextLong(400 * MILLI);
            }
            turn();
        }

        /// What each node does by itself.
        void turn() {
            for (Node node : nodes) {
                node.running.removeIf(end -> {
                    boolean over = end <= now && node.acts(now);
                    if (over) {
                        node.slots.answered(node.running.size());
                    }
                    return over;
                });
                if (node.acts(now) && now - node.toldAt >= RENEWAL) {
                    tell(node);
                }
                begin(node);
            }
        }

        private void begin(Node node) {
            while (node.acts(now) && node.waiting + node.spare > 0 && node.running.size() < node.slots.current(now)) {
                if (runningAll() >= room) {
                    refused = true;
                    node.slots.overloaded(now, now, Duration.ZERO);
                    return;
                }
                node.waiting -= node.waiting > 0 ? 1 : 0;
                node.spare -= node.waiting > 0 || node.spare == 0 ? 0 : 1;
                node.running.add(now + random.nextLong(3 * SECOND));
            }
        }

        void tell(Node node) {
            if (node.acts(now)) {
                node.toldAt = now;
                int running = node.running.size();
                table.exchange(
                        node.name, node.slots, node.slots.wish(node.waiting + running, node.spare, running, now), now);
            }
        }

        int runningAll() {
            return nodes.stream().mapToInt(node -> node.running.size()).sum();
        }

        int slotsOfAll() {
            return nodes.stream()
                    .filter(node -> !node.dead)
                    .mapToInt(node -> node.slots.current(now))
                    .sum();
        }

        void check() {
            assertThat(slotsOfAll()).as("slots at " + now).isLessThanOrEqualTo((int)
                    table.limit().lines());
            if (!refused && !silenced) {
                assertThat(runningAll()).as("lines at " + now).isLessThanOrEqualTo((int)
                        table.limit().lines());
            }
        }

        void pass(Duration time) {
            for (long end = now + time.toNanos(); now < end; now += 50 * MILLI) {
                turn();
                check();
            }
        }
    }

    @Test
    void slotsThatAreHeldAreNeverMoreThanTheLimit() {
        Property.holds(SCHEDULES, random -> {
            World world = new World(random, random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(3, 80));
            for (int i = 0; i < STEPS; i++) {
                world.step();
                world.check();
            }
        });
    }

    @Test
    void whatTheDeadAndTheIdleHadGoesToWhoIsBusy() {
        Property.holds(SCHEDULES, random -> {
            World world = new World(random, Integer.MAX_VALUE);
            for (int i = 0; i < STEPS / 2; i++) {
                world.step();
            }
            Node busy = world.nodes.get(random.nextInt(world.nodes.size()));
            busy.dead = false;
            for (Node node : world.nodes) {
                node.silentUntil = 0;
                node.waiting = 0;
                node.spare = 0;
                if (node != busy && random.nextBoolean()) {
                    node.dead = true;
                    node.running.clear();
                }
            }
            // Longer than a line, a lease and two renewals.
            busy.waiting = 1_000_000;
            world.pass(Duration.ofSeconds(20));
            assertThat(busy.slots.current(world.now))
                    .isEqualTo(Math.min(busy.cap, (int) world.table.limit().lines()));
            assertThat(world.runningAll()).isEqualTo(busy.slots.current(world.now));
        });
    }

    @Test
    void whoeverWantsMoreThanThereIsGetsAsMuchAsTheOthers() {
        Property.holds(SCHEDULES, random -> {
            World world = new World(random, 20);
            world.nodes.forEach(node -> node.waiting = 1_000_000);
            world.pass(Duration.ofSeconds(30));
            long[] begun = new long[world.nodes.size()];
            for (int round = 0; round < 300; round++) {
                world.pass(Duration.ofMillis(200));
                for (int i = 0; i < begun.length; i++) {
                    begun[i] += world.nodes.get(i).running.size();
                }
            }
            double even = (double) java.util.Arrays.stream(begun).sum() / begun.length;
            for (long one : begun) {
                assertThat(one / even).isBetween(0.5, 1.5);
            }
        });
    }

    @Test
    void plannedLinesOfAnyNodeGoBeforeTheBackgroundOfAll() {
        SlotSharing.Decision planned = SlotSharing.decide(
                new SlotSharing.Limit(10, false),
                List.of(new SlotSharing.Holder("background", 0, 60, 0)),
                "planned",
                new Slots.Wish(8, 0, 0, 64, 0, 0, 0, 0, 0),
                0);
        assertThat(planned.slots()).isEqualTo(8);
        SlotSharing.Decision background = SlotSharing.decide(
                new SlotSharing.Limit(10, false),
                List.of(new SlotSharing.Holder("planned", 8, 0, 8)),
                "background",
                new Slots.Wish(0, 60, 10, 64, 0, 0, 0, 0, 0),
                0);
        assertThat(background.slots()).isEqualTo(2);
        assertThat(background.held()).as("until its lines have ended").isEqualTo(10);
    }

    @Test
    void nobodyGetsWhatAnotherStillHolds() {
        SlotSharing.Decision late = SlotSharing.decide(
                new SlotSharing.Limit(10, false),
                List.of(new SlotSharing.Holder("first", 60, 0, 9)),
                "second",
                new Slots.Wish(60, 0, 0, 64, 0, 0, 0, 0, 0),
                0);
        assertThat(late.slots()).isEqualTo(1);
    }

    @Test
    void whatDoesNotDivideGoesRound() {
        int[] had = new int[2];
        for (int turn = 0; turn < 10; turn++) {
            for (int i = 0; i < 2; i++) {
                had[i] += SlotSharing.decide(
                                new SlotSharing.Limit(1, false),
                                List.of(new SlotSharing.Holder("node-" + (1 - i), 5, 0, 0)),
                                "node-" + i,
                                new Slots.Wish(5, 0, 0, 64, 0, 0, 0, 0, 0),
                                turn)
                        .slots();
            }
        }
        assertThat(had).containsExactly(5, 5);
    }

    @Test
    void whatNobodyWantsIsLentByHalves() {
        SlotSharing.Decision alone = SlotSharing.decide(
                new SlotSharing.Limit(40, false), List.of(), "one", new Slots.Wish(6, 0, 0, 64, 0, 0, 0, 0, 0), 0);
        assertThat(alone.slots()).isEqualTo(12);
        assertThat(alone.scarce()).isFalse();
        SlotSharing.Decision idle = SlotSharing.decide(
                new SlotSharing.Limit(40, false), List.of(), "one", new Slots.Wish(0, 0, 0, 64, 0, 0, 0, 0, 0), 0);
        assertThat(idle.slots()).isZero();
    }
}
