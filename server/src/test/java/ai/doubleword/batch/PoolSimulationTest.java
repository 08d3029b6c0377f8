package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A pool over a model server on a virtual clock: what thousands of schedules make of accounts that want too much, and
/// of batches that are ordered late.
class PoolSimulationTest {
    private static final int CAP = 4;
    private static final int SCHEDULES = 3_000;
    private static final int LARGEST = 400;

    /// A line's end.
    private record Ending(long at, long order, ChunkRun run, LineTry line) implements Comparable<Ending> {
        @Override
        public int compareTo(Ending other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    /// Each token takes a slot two milliseconds.
    private static final class World {
        final PriorityQueue<Ending> running = new PriorityQueue<>();
        final Map<Long, Integer> done = new HashMap<>();
        final Map<Long, Integer> waiting = new HashMap<>();
        final Map<Long, Long> waitedFor = new HashMap<>();
        final Map<Long, Set<Long>> metSince = new HashMap<>();
        final Pool pool;
        long now = 1;
        long order;
        double rescuedTokens;
        double tokens;

        World() {
            pool = new Pool(
                    CAP, this::start, () -> {}, () -> {}, () -> now, () -> Instant.ofEpochMilli(now / 1_000_000));
            PoolTest.allSlots(pool, CAP);
        }

        void start(Pool of, ChunkRun run, LineTry line) {
            long taken = run.requests().tokens(line.place());
            long account = run.batch().account();
            boolean rescued = run.rescued().contains(line.place());
            rescuedTokens += rescued ? taken : 0;
            tokens += taken;
            waitedFor.replaceAll((other, sum) -> sum + taken);
            metSince.values().forEach(met -> met.add(account));
            waitedFor.remove(account);
            metSince.remove(account);
            waits(account, -1);
            running.add(new Ending(now + taken * 2_000_000, order++, run, line));
        }

        void add(ChunkRun run) {
            waits(run.batch().account(), run.waiting().size());
            pool.add(run);
        }

        private void waits(long account, int more) {
            if (waiting.merge(account, more, Integer::sum) > 0) {
                waitedFor.putIfAbsent(account, 0L);
                metSince.putIfAbsent(account, new HashSet<>());
            }
        }

        /// @return the batch whose line ended
        ChunkRun step() {
            Ending next = running.remove();
            now = next.at();
            ChunkRun run = next.run();
            done.merge(run.batch().id(), 1, Integer::sum);
            pool.answered(run, next.line(), run.requests().tokens(next.line().place()));
            pool.leave(run, next.line());
            pool.dispatch();
            return run;
        }

        /// How many other accounts had a line begun since one waits.
        int met(long account) {
            return metSince.getOrDefault(account, Set.of()).size();
        }

        Instant in(Duration time) {
            return Instant.ofEpochMilli(now / 1_000_000).plus(time);
        }
    }

    @Test
    void noAccountWaitsLongerThanItsBoundWhateverOthersOrder() {
        long[] rescued = {0};
        Property.holds(SCHEDULES, random -> {
            World world = new World();
            int accounts = random.nextInt(2, 7);
            long batches = 0;
            for (int i = 0; i < 300; i++) {
                if (i == 0 || random.nextInt(12) == 0 || world.running.isEmpty()) {
                    Duration window = Duration.ofSeconds(random.nextLong(2, 600));
                    world.add(TestRuns.run(
                            ++batches,
                            random.nextLong(1, accounts + 1),
                            Tier.BATCH,
                            world.in(window),
                            random.nextInt(1, 60),
                            random.nextLong(1, LARGEST + 1)));
                }
                world.step();
                // Of each other account twice its largest line, and the tenths that late batches have of it all; what
                // waits within a batch waits for the other lines of its own account, too.
                world.waitedFor.forEach((account, waited) ->
                        assertThat(waited.doubleValue()).isLessThanOrEqualTo(bound(world.met(account))));
            }
            rescued[0] += (long) world.rescuedTokens;
        });
        assertThat(rescued[0]).as("the schedules do have late batches").isPositive();
    }

    private static double bound(int others) {
        return (2.0 * LARGEST * others + 2 * LARGEST) / 0.7;
    }

    @Test
    void lateBatchesNeverTakeMoreThanThreeTenthsWhileOthersWait() {
        Property.holds(SCHEDULES, random -> {
            World world = new World();
            crowd(world, random, 2 + random.nextInt(6), 400);
            double others = world.tokens;
            long late = 1_000;
            double before = world.rescuedTokens;
            for (int i = 0; i < 200; i++) {
                if (i % 40 == 0) {
                    int lines = random.nextInt(50, 200);
                    long seconds = (long) Math.ceil(lines * 100 * 2 / 1_000.0 / CAP) + 1;
                    world.add(TestRuns.run(
                            ++late,
                            random.nextLong(1, 9),
                            Tier.BATCH,
                            world.in(Duration.ofSeconds(seconds)),
                            lines,
                            100));
                }
                world.step();
                assertThat(world.rescuedTokens - before)
                        .isLessThanOrEqualTo(0.3 * (world.tokens - others) + 2 * LARGEST);
            }
        });
    }

    @Test
    void whereSeveralNodesShareAModelLateBatchesTakeNoMoreThanThreeTenthsOfItAll() {
        Property.holds(300, random -> {
            List<World> nodes = List.of(new World(), new World(), new World());
            nodes.forEach(node -> crowd(node, random, 2 + random.nextInt(6), 400));
            double tokens = nodes.stream().mapToDouble(node -> node.tokens).sum();
            double rescued =
                    nodes.stream().mapToDouble(node -> node.rescuedTokens).sum();
            for (int i = 0; i < 600; i++) {
                // Whichever node has it: all of them, or one of which more is late than it may rescue.
                World node = nodes.get(random.nextInt(random.nextBoolean() ? 3 : 1));
                if (i % 40 == 0) {
                    int lines = random.nextInt(50, 200);
                    long seconds = (long) Math.ceil(lines * 100 * 2 / 1_000.0 / CAP) + 1;
                    Instant end = node.in(Duration.ofSeconds(seconds));
                    node.add(TestRuns.run(1_000 + i, random.nextLong(1, 9), Tier.BATCH, end, lines, 100));
                }
                node.step();
                double all = nodes.stream().mapToDouble(one -> one.tokens).sum() - tokens;
                double late =
                        nodes.stream().mapToDouble(one -> one.rescuedTokens).sum() - rescued;
                assertThat(late).isLessThanOrEqualTo(0.3 * all + 2 * LARGEST * nodes.size());
            }
        });
    }

    @Test
    void aLateBatchOfFifteenMinutesIsSavedWhereThatCanBe() {
        int[] needed = {0};
        Property.holds(200, random -> {
            World world = new World();
            int accounts = random.nextInt(3, 9);
            crowd(world, random, accounts, 10_000);
            Duration window = Duration.ofMinutes(15);
            // The server does 2,000 tokens a second. Alone, its account would get a part of the accounts of that.
            double share = 1.0 / (accounts + 1);
            double wanted = (share + (0.25 + 0.7 * share) * random.nextDouble()) * 0.95;
            int lines = (int) (Math.min(wanted, 0.25 + 0.7 * share) * 2_000 * window.toSeconds() / 500);
            needed[0] += wanted > share ? 1 : 0;
            Instant end = world.in(window);
            world.add(TestRuns.run(1_000, 1_000, Tier.BATCH, end, lines, 500));
            while (world.done.getOrDefault(1_000L, 0) < lines) {
                world.step();
            }
            assertThat(world.in(Duration.ZERO)).as(lines + " lines").isBeforeOrEqualTo(end);
        });
        assertThat(needed[0]).as("which their share alone would not do").isGreaterThan(50);
    }

    /// Accounts with more than is done meanwhile, and so much done of it that the speed is known.
    private static void crowd(World world, SplittableRandom random, int accounts, int lines) {
        for (long account = 1; account <= accounts; account++) {
            world.add(TestRuns.run(
                    account,
                    account,
                    Tier.BATCH,
                    world.in(Duration.ofDays(7)),
                    lines,
                    random.nextLong(100, LARGEST + 1)));
        }
        for (int i = 0; i < 60; i++) {
            world.step();
        }
    }
}
