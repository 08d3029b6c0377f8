package ai.doubleword.batch;

import ai.doubleword.batch.Turns.Turn;
import ai.doubleword.platform.Tier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The chunks of a pool by account, what is left of their batches, and which of an account's is next. Confined to
/// whoever holds the pool.
final class PoolRuns {
    private final Map<Long, Own> accounts = new HashMap<>();
    private final Map<Long, BatchWork> batches = new HashMap<>();
    private final Set<Long> late = new HashSet<>();
    private final Siblings siblings;
    private int count;
    private int lines;

    /// What an account has here.
    private static final class Own {
        final List<ChunkRun> runs = new ArrayList<>();
        final Set<Turn> starts = EnumSet.noneOf(Turn.class);
    }

    PoolRuns(Siblings siblings) {
        this.siblings = siblings;
    }

    void add(ChunkRun run) {
        accounts.computeIfAbsent(run.batch().account(), account -> new Own())
                .runs
                .add(run);
        BatchWork work = batches.computeIfAbsent(
                run.batch().id(), id -> new BatchWork(run.batch().times().expires()));
        work.chunkCame();
        work.waits(run.waitingTokens());
        lines += run.waiting().size();
        count++;
    }

    /// @return whether it was here
    boolean remove(ChunkRun run) {
        Own own = accounts.get(run.batch().account());
        if (own == null || !own.runs.remove(run)) {
            return false;
        }
        if (own.runs.isEmpty()) {
            accounts.remove(run.batch().account());
        }
        long batch = run.batch().id();
        BatchWork work = work(run);
        work.waits(-run.waitingTokens());
        if (work.chunkWent()) {
            batches.remove(batch);
            late.remove(batch);
        }
        lines -= run.waiting().size();
        run.waiting().clear();
        count--;
        return true;
    }

    boolean has(ChunkRun run) {
        return of(run.batch().account()).contains(run);
    }

    /// Takes the next line out of a chunk that [#next] said has one.
    LineTry take(ChunkRun run) {
        LineTry line = Objects.requireNonNull(siblings.first(run), "a chunk whose turn it is has a line");
        run.waiting().remove(line);
        siblings.begun(run, line);
        left(run, line);
        return line;
    }

    private boolean startable(ChunkRun run) {
        return run.startable() && siblings.first(run) != null;
    }

    /// Puts a line in before the others.
    void putBack(ChunkRun run, LineTry line) {
        run.waiting().addFirst(line);
        siblings.came(run);
        work(run).waits(run.requests().tokens(line.place()));
        lines++;
    }

    /// Takes a line out that is not wanted any more.
    ///
    /// @return whether it waited
    boolean drop(ChunkRun run, int place) {
        LineTry found = run.waiting().stream()
                .filter(line -> line.place() == place)
                .findFirst()
                .orElse(null);
        if (found == null) {
            return false;
        }
        run.waiting().remove(found);
        if (has(run)) {
            left(run, found);
        }
        return true;
    }

    private void left(ChunkRun run, LineTry line) {
        work(run).waits(-run.requests().tokens(line.place()));
        lines--;
    }

    private BatchWork work(ChunkRun run) {
        return Objects.requireNonNull(batches.get(run.batch().id()), "a run that is here has its batch here");
    }

    /// How many chunks there are.
    int count() {
        return count;
    }

    /// How many lines wait.
    int lines() {
        return lines;
    }

    private List<ChunkRun> of(long account) {
        Own own = accounts.get(account);
        return own == null ? List.of() : own.runs;
    }

    /// Who hears which accounts have what to begin.
    @FunctionalInterface
    interface Starts {
        void have(long account, Turn turn);
    }

    /// Looks what each account has to begin, and tells.
    void forEachStartable(Starts told) {
        accounts.forEach((account, own) -> {
            own.starts.clear();
            for (ChunkRun run : own.runs) {
                if (startable(run)) {
                    own.starts.add(Turn.of(run));
                    if (late(run)) {
                        own.starts.add(Turn.LATE);
                    }
                }
            }
            own.starts.forEach(turn -> told.have(account, turn));
        });
    }

    /// Whether an account had this to begin when somebody looked last.
    boolean starts(long account, Turn turn) {
        Own own = accounts.get(account);
        return own != null && own.starts.contains(turn);
    }

    /// How many lines wait in a turn; counts no further than a number.
    int waiting(Turn turn, int most) {
        int sum = 0;
        for (Own own : accounts.values()) {
            for (ChunkRun run : own.runs) {
                sum += run.startable() && Turn.of(run) == turn ? run.waiting().size() : 0;
                if (sum >= most) {
                    return most;
                }
            }
        }
        return sum;
    }

    /// What waits of batches that no node has taken yet.
    @FunctionalInterface
    interface Elsewhere {
        long tokens(long account, long batch);
    }

    void elsewhere(Elsewhere waiting) {
        accounts.forEach((account, own) -> {
            for (ChunkRun run : own.runs) {
                work(run).elsewhere(waiting.tokens(account, run.batch().id()));
            }
        });
    }

    /// How many lines of an account may be begun before, or with, something as urgent as this.
    int waiting(long account, Urgency than, double tokensPerSecond) {
        int sum = 0;
        for (ChunkRun run : of(account)) {
            if (run.startable() && urgency(run, tokensPerSecond).compareTo(than) <= 0) {
                sum += run.waiting().size();
            }
        }
        return sum;
    }

    /// The chunk of an account whose line is next in its turn; null if it has none to begin.
    @Nullable
    ChunkRun next(long account, Turn turn, double tokensPerSecond) {
        ChunkRun best = null;
        Urgency least = null;
        for (ChunkRun run : of(account)) {
            if (startable(run) && (turn == Turn.LATE ? late(run) : Turn.of(run) == turn)) {
                Urgency urgency = urgency(run, tokensPerSecond);
                int order = least == null ? -1 : urgency.compareTo(least);
                if (best == null || order < 0 || (order == 0 && no(run) < no(best))) {
                    best = run;
                    least = urgency;
                }
            }
        }
        return best;
    }

    private static int no(ChunkRun run) {
        return run.claimed().key().no();
    }

    private Urgency urgency(ChunkRun run, double tokensPerSecond) {
        return new Urgency(
                run.batch().tier(),
                work(run).latestStart(tokensPerSecond),
                run.batch().id());
    }

    /// What part of the batch of a chunk that is here is done on all nodes; less where that is not known well.
    double done(ChunkRun run) {
        return work(run).done(open(run), run.batch().total());
    }

    /// Whether a batch is in its tail as far as this node's chunks say, and it is not known what is open elsewhere.
    boolean tailUnknown(ChunkRun run) {
        return work(run).elsewhereUnknown() && isTail(open(run), run);
    }

    private static boolean isTail(long open, ChunkRun run) {
        return open <= (1 - Hedges.TAIL) * run.batch().total();
    }

    private long open(ChunkRun run) {
        long open = 0;
        for (ChunkRun other : of(run.batch().account())) {
            open += other.batch().id() == run.batch().id() ? other.left() : 0;
        }
        return open;
    }

    /// Batches that are in their tail as far as this node's chunks say.
    Set<Long> tails() {
        Map<Long, Long> open = new HashMap<>();
        Map<Long, ChunkRun> any = new HashMap<>();
        accounts.values()
                .forEach(own -> own.runs.forEach(run -> {
                    if (run.batch().tier() == Tier.BATCH) {
                        open.merge(run.batch().id(), (long) run.left(), Long::sum);
                        any.put(run.batch().id(), run);
                    }
                }));
        any.values().removeIf(run -> !isTail(open.getOrDefault(run.batch().id(), 0L), run));
        return any.keySet();
    }

    /// Learns how many lines of its tails are open elsewhere.
    void openElsewhere(Map<Long, Long> lines) {
        lines.forEach((batch, open) -> {
            BatchWork work = batches.get(batch);
            if (work != null) {
                work.openElsewhere(open);
            }
        });
    }

    /// Milliseconds that the batch of a chunk that is here has to spare.
    long slack(ChunkRun run, double tokensPerSecond, long nowMillis) {
        long latest = work(run).latestStart(tokensPerSecond);
        return latest == Long.MAX_VALUE ? latest : latest - nowMillis;
    }

    /// Looks again which batches are late.
    ///
    /// @param share tokens a second that an account gets, of `all` there are
    void lookWhatIsLate(double share, double all, long nowMillis) {
        late.clear();
        batches.forEach((batch, work) -> {
            if (work.late(share, all, nowMillis)) {
                late.add(batch);
            }
        });
    }

    /// Whether a line may be begun because its batch is late.
    boolean late(ChunkRun run) {
        return !late.isEmpty()
                && run.batch().tier() == Tier.BATCH
                && late.contains(run.batch().id());
    }

    /// How many batches are late.
    int lateBatches() {
        return late.size();
    }
}
