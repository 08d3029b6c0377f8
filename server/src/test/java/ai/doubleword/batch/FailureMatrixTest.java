package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The failure matrix on a virtual clock: two nodes, one database, and a seed that interleaves their steps with
/// every kind of trouble. The database is a model of the real one, its rules are the real ones: [Chunk] and
/// [BatchStatus]. In every second schedule the lines came singly: then each may be cancelled by itself.
class FailureMatrixTest {
    private static final int SCHEDULES = 100_000;
    private static final int STEPS = 120;
    private static final int CHUNKS = 2;
    private static final int LINES = 3;
    private static final int LEASE = 9;

    @Test
    void whateverHappensEveryLineIsRecordedOnceAndChargedOnce() {
        int[] repeated = {0};
        int[] withdrawn = {0};
        Property.holds(SCHEDULES, random -> {
            World world = new World(random);
            world.run();
            repeated[0] += world.executed - CHUNKS * LINES;
            withdrawn[0] += world.withdrawn.size();
        });
        assertThat(withdrawn[0]).as("lines that were cancelled").isGreaterThan(SCHEDULES / 10);
        // The schedules do meet trouble: without it no line would ever be executed again.
        assertThat(repeated[0]).isGreaterThan(SCHEDULES / 10);
    }

    private record Line(int chunk, int place) {}

    /// Results that are in the blob store and not known to be recorded.
    private record Written(int chunk, long owner, int epoch, LineBits lines) {}

    private static final class Run {
        final int chunk;
        final int epoch;
        final Set<Integer> waiting = new HashSet<>();
        final Set<Integer> underWay = new HashSet<>();
        final Set<Integer> answered = new HashSet<>();
        boolean closing;

        Run(Chunk chunk) {
            this.chunk = chunk.no();
            this.epoch = chunk.epoch();
            for (int place = 0; place < LINES; place++) {
                if (!chunk.done().has(place)) {
                    waiting.add(place);
                }
            }
        }

        int unrecorded() {
            return underWay.size() + answered.size();
        }
    }

    private static final class Node {
        final List<Run> runs = new ArrayList<>();
        final List<Written> written = new ArrayList<>();
        long owner;
        boolean dead;
        int asleepUntil;
    }

    private static final class World {
        final SplittableRandom random;
        final Chunk[] chunks = new Chunk[CHUNKS];
        final int[] leaseUntil = new int[CHUNKS];
        final long[] holder = new long[CHUNKS];
        final List<Line> segments = new ArrayList<>();
        final List<Line> charged = new ArrayList<>();
        final Set<Line> withdrawn = new HashSet<>();
        final Node[] nodes = {new Node(), new Node()};
        BatchStatus status = BatchStatus.IN_PROGRESS;
        int now;
        long owners = 1;
        int executed;
        int lost;
        int wasted;
        boolean blobsDown;

        World(SplittableRandom random) {
            this.random = random;
            for (int no = 0; no < CHUNKS; no++) {
                chunks[no] =
                        new Chunk(1, no, ChunkState.READY, 0, 0, LINES, LineBits.none(LINES), LineBits.none(LINES));
            }
            for (Node node : nodes) {
                node.owner = owners++;
            }
        }

        void run() {
            boolean cancels = random.nextInt(5) == 0;
            boolean expires = !cancels && random.nextInt(5) == 0;
            boolean single = random.nextBoolean();
            for (int step = 0; step < STEPS; step++) {
                Node node = nodes[random.nextInt(nodes.length)];
                trouble(node);
                work(node);
                if (random.nextInt(STEPS) == 0 && cancels) {
                    cancel();
                }
                if (random.nextInt(STEPS) == 0 && expires) {
                    expire();
                }
                if (single && random.nextInt(STEPS / 2) == 0) {
                    withdraw(random.nextInt(CHUNKS), random.nextInt(LINES));
                }
                holds();
            }
            calmDown();
            holds();
            atTheEnd();
        }

        private void trouble(Node node) {
            switch (random.nextInt(60)) {
                case 0 -> kill(node);
                case 1 -> node.asleepUntil = now + random.nextInt(30);
                case 2 -> blobsDown = !blobsDown;
                case 3 -> now += random.nextInt(20);
                default -> now += random.nextInt(10) == 0 ? 1 : 0;
            }
        }

        private void kill(Node node) {
            node.runs.forEach(run -> lost += run.unrecorded());
            node.written.forEach(slice -> lost += slice.lines().count());
            node.runs.clear();
            node.written.clear();
            node.dead = true;
        }

        private void start(Node node) {
            long former = node.owner;
            node.owner = owners++;
            node.dead = false;
            for (int no = 0; no < CHUNKS; no++) {
                if (chunks[no].state() == ChunkState.LEASED && holder[no] == former) {
                    chunks[no] = chunks[no].free(status.runs());
                }
            }
            settle();
        }

        private void work(Node node) {
            if (node.dead) {
                if (random.nextInt(4) == 0) {
                    start(node);
                }
                return;
            }
            if (now < node.asleepUntil) {
                return;
            }
            switch (random.nextInt(8)) {
                case 0 -> claim(node);
                case 1, 2 -> begin(node);
                case 3 -> answer(node);
                case 4 -> write(node);
                case 5 -> commit(node);
                case 6 -> renew(node);
                default -> housekeep();
            }
        }

        private void claim(Node node) {
            int no = random.nextInt(CHUNKS);
            if (chunks[no].state() == ChunkState.READY && status.runs()) {
                chunks[no] = chunks[no].claim(node.owner);
                leaseUntil[no] = now + LEASE;
                holder[no] = node.owner;
                node.runs.add(new Run(chunks[no]));
            }
        }

        private void begin(Node node) {
            for (Run run : node.runs) {
                if (!run.closing && !run.waiting.isEmpty()) {
                    int place = run.waiting.iterator().next();
                    run.waiting.remove(place);
                    run.underWay.add(place);
                    executed++;
                    return;
                }
            }
        }

        private void answer(Node node) {
            for (Run run : node.runs) {
                if (!run.underWay.isEmpty()) {
                    int place = run.underWay.iterator().next();
                    run.underWay.remove(place);
                    run.answered.add(place);
                    return;
                }
            }
        }

        private void write(Node node) {
            if (blobsDown) {
                return;
            }
            for (Run run : node.runs) {
                if (!run.answered.isEmpty()) {
                    int[] places =
                            run.answered.stream().mapToInt(Integer::intValue).toArray();
                    run.answered.clear();
                    node.written.add(new Written(run.chunk, node.owner, run.epoch, LineBits.of(LINES, places)));
                }
            }
        }

        /// In order, as the recorder does; a commit may not happen, or happen without anybody hearing of it.
        private void commit(Node node) {
            if (node.written.isEmpty()) {
                return;
            }
            Written first = node.written.getFirst();
            int chance = random.nextInt(10);
            if (chance == 0) {
                return;
            }
            boolean fenced = !record(first);
            if (chance == 1) {
                return;
            }
            node.written.removeFirst();
            lost += fenced ? first.lines().count() : 0;
            Iterator<Run> runs = node.runs.iterator();
            while (runs.hasNext()) {
                Run run = runs.next();
                if (run.chunk == first.chunk() && run.epoch == first.epoch()) {
                    if (fenced) {
                        lost += run.unrecorded();
                        runs.remove();
                    } else {
                        letGo(node, run, runs);
                    }
                }
            }
            node.written.removeIf(slice -> {
                boolean gone = fenced && slice.chunk() == first.chunk() && slice.epoch() == first.epoch();
                lost += gone ? slice.lines().count() : 0;
                return gone;
            });
        }

        private boolean record(Written slice) {
            Chunk chunk = chunks[slice.chunk()];
            wasted += slice.lines().count()
                    - slice.lines().without(chunk.withdrawn()).count();
            return switch (chunk.record(slice.owner(), slice.epoch(), slice.lines(), LineBits.none(LINES))) {
                case Chunk.Recording.Counts(Chunk next) -> {
                    chunks[slice.chunk()] = next;
                    for (int place = 0; place < LINES; place++) {
                        if (slice.lines().has(place) && !withdrawn.contains(new Line(slice.chunk(), place))) {
                            segments.add(new Line(slice.chunk(), place));
                            charged.add(new Line(slice.chunk(), place));
                        }
                    }
                    settle();
                    yield true;
                }
                case Chunk.Recording.Known known -> true;
                case Chunk.Recording.Unwanted unwanted -> true;
                case Chunk.Recording.Fenced fenced -> false;
            };
        }

        private void letGo(Node node, Run run, Iterator<Run> runs) {
            boolean over = run.unrecorded() == 0 && (run.closing || run.waiting.isEmpty());
            boolean pending = node.written.stream().anyMatch(slice -> slice.chunk() == run.chunk);
            if (over && !pending) {
                runs.remove();
                Chunk chunk = chunks[run.chunk];
                if (chunk.state() == ChunkState.LEASED && chunk.epoch() == run.epoch) {
                    chunks[run.chunk] = chunk.free(status.runs());
                    settle();
                }
            }
        }

        private void renew(Node node) {
            Iterator<Run> runs = node.runs.iterator();
            while (runs.hasNext()) {
                Run run = runs.next();
                Chunk chunk = chunks[run.chunk];
                boolean held =
                        chunk.state() == ChunkState.LEASED && chunk.epoch() == run.epoch && chunk.owner() == node.owner;
                if (held) {
                    leaseUntil[run.chunk] = now + LEASE;
                    run.closing |= !status.runs();
                    run.waiting.removeIf(chunk.withdrawn()::has);
                    letGo(node, run, runs);
                } else if (chunk.state() != ChunkState.DONE) {
                    lost += run.unrecorded();
                    runs.remove();
                }
            }
        }

        private void housekeep() {
            for (int no = 0; no < CHUNKS; no++) {
                if (chunks[no].state() == ChunkState.LEASED && leaseUntil[no] < now) {
                    chunks[no] = chunks[no].free(status.runs());
                }
            }
            settle();
        }

        private void cancel() {
            if (status == BatchStatus.IN_PROGRESS) {
                become(BatchStatus.CANCELLING);
                for (int no = 0; no < CHUNKS; no++) {
                    chunks[no] = chunks[no].state().open() ? chunks[no].cancel() : chunks[no];
                }
                settle();
            }
        }

        private void withdraw(int no, int place) {
            Chunk next = chunks[no].withdraw(place);
            if (!next.equals(chunks[no])) {
                chunks[no] = next;
                withdrawn.add(new Line(no, place));
                settle();
            }
        }

        private void expire() {
            if (status == BatchStatus.IN_PROGRESS) {
                become(BatchStatus.FINALIZING);
                for (int no = 0; no < CHUNKS; no++) {
                    Chunk chunk = chunks[no];
                    if (chunk.state().open()) {
                        chunks[no] = new Chunk(
                                1,
                                no,
                                ChunkState.CANCELLED,
                                0,
                                chunk.epoch() + 1,
                                LINES,
                                chunk.done(),
                                chunk.bad(),
                                chunk.withdrawn());
                    }
                }
                settle();
                if (status == BatchStatus.FINALIZING) {
                    become(BatchStatus.EXPIRED);
                }
            }
        }

        private void settle() {
            boolean open = Arrays.stream(chunks).anyMatch(chunk -> chunk.state().open());
            if (status.ended() || open) {
                return;
            }
            boolean whole = segments.size() + withdrawn.size() == CHUNKS * LINES;
            switch (status) {
                case IN_PROGRESS -> become(BatchStatus.COMPLETED);
                case CANCELLING -> become(whole ? BatchStatus.COMPLETED : BatchStatus.CANCELLED);
                case FINALIZING -> {
                    if (whole) {
                        become(BatchStatus.COMPLETED);
                    }
                }
                case VALIDATING, COMPLETED, FAILED, EXPIRED, CANCELLED -> throw new AssertionError(status);
            }
        }

        private void become(BatchStatus next) {
            assertThat(status.next()).contains(next);
            status = next;
        }

        /// No more trouble: what can end, ends.
        private void calmDown() {
            blobsDown = false;
            for (int round = 0; round < 400 && !status.ended(); round++) {
                now++;
                for (Node node : nodes) {
                    node.asleepUntil = 0;
                    if (node.dead) {
                        start(node);
                    }
                    claim(node);
                    begin(node);
                    answer(node);
                    write(node);
                    commit(node);
                    if (round % 3 == 0) {
                        renew(node);
                    }
                }
                housekeep();
            }
        }

        private void holds() {
            assertThat(new HashSet<>(segments).size()).as("lines recorded once").isEqualTo(segments.size());
            assertThat(charged).as("charged with their record").isEqualTo(segments);
            int done = Arrays.stream(chunks)
                    .mapToInt(chunk -> chunk.done().count())
                    .sum();
            assertThat(done).as("bits of recorded lines").isEqualTo(segments.size() + withdrawn.size());
            assertThat(Collections.disjoint(segments, withdrawn))
                    .as("a cancelled line has no result")
                    .isTrue();
        }

        private void atTheEnd() {
            assertThat(status.ended()).as("it ends: " + status).isTrue();
            if (status == BatchStatus.COMPLETED) {
                assertThat(segments).hasSize(CHUNKS * LINES - withdrawn.size());
            }
            assertThat(executed - segments.size())
                    .as("executed again at most what was under way when something was lost")
                    .isLessThanOrEqualTo(lost + wasted + underWay());
        }

        private int underWay() {
            int left = 0;
            for (Node node : nodes) {
                left += node.runs.stream().mapToInt(Run::unrecorded).sum();
                left += node.written.stream()
                        .mapToInt(slice -> slice.lines().count())
                        .sum();
            }
            return left;
        }
    }
}
