package ai.doubleword.batch;

import ai.doubleword.batch.PrefixLeads.Place;
import ai.doubleword.usage.UsageRecord;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Which line of a chunk is next where lines that begin alike wait for the first of them, and whether that is good for
/// anything. Confined to whoever holds the pool.
final class Siblings {
    private final LongSupplier nanos;
    private final PrefixLeads leads = new PrefixLeads();
    private final PrefixBenefit benefit = new PrefixBenefit();

    /// What is known of the lines of one chunk.
    static final class Lines {
        /// Places of lines that others went before because they had to wait.
        private final BitSet passed = new BitSet();

        /// Lines under way that waited, or (false) that did not but would have had to.
        private final Map<Integer, Boolean> measured = new HashMap<>();

        /// [PrefixLeads#changes] when all that waited had to.
        private long stuckAt = -1;
    }

    private record Line(ChunkRun run, int place) {}

    Siblings(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// The next line that need not wait; null if there is none.
    @Nullable
    LineTry first(ChunkRun run) {
        LineTry front = run.waiting().peek();
        if (front == null || !benefit.waits() || begins(run, front)) {
            return front;
        }
        if (run.siblings().stuckAt == leads.changes()) {
            return null;
        }
        for (LineTry line : run.waiting()) {
            if (begins(run, line)) {
                return line;
            }
            run.siblings().passed.set(line.place());
        }
        run.siblings().stuckAt = leads.changes();
        return null;
    }

    private boolean begins(ChunkRun run, LineTry line) {
        long group = group(run, line);
        return group == 0 || leads.place(run.batch().account(), group, nanos.getAsLong()) != Place.BESIDE;
    }

    private static long group(ChunkRun run, LineTry line) {
        return run.requests().group(line.place());
    }

    /// A line is begun.
    void begun(ChunkRun run, LineTry line) {
        long group = group(run, line);
        if (group == 0) {
            return;
        }
        int place = line.place();
        Place as = leads.begun(run.batch().account(), group, new Line(run, place), nanos.getAsLong());
        if (run.siblings().passed.get(place)) {
            run.siblings().measured.put(place, true);
        } else if (as == Place.BESIDE) {
            run.siblings().measured.put(place, false);
        }
    }

    /// More lines of a chunk wait.
    void came(ChunkRun run) {
        run.siblings().stuckAt = -1;
    }

    /// A line was answered.
    void answered(ChunkRun run, LineTry line, UsageRecord usage) {
        Boolean waited = run.siblings().measured.remove(line.place());
        if (waited != null) {
            benefit.answered(
                    waited,
                    usage.target(),
                    usage.usage().cacheRead(),
                    usage.usage().totalInput());
        }
    }

    /// The answer to a line begins, or the line has ended.
    ///
    /// @return whether others waited for that
    boolean over(ChunkRun run, int place) {
        long group = run.requests().group(place);
        return group != 0 && leads.over(run.batch().account(), group, new Line(run, place), nanos.getAsLong());
    }

    /// Has lines follow that have waited for long.
    void look() {
        leads.look(nanos.getAsLong());
    }
}
