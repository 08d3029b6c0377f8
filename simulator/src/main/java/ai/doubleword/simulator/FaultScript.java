package ai.doubleword.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Which request gets which fault: entries are used up one request after the other, in order. Thread-safe.
final class FaultScript {
    private final Map<String, Queue<List<Fault>>> byModel = new HashMap<>();
    private final Queue<List<Fault>> any = new ArrayDeque<>();
    private final Map<String, Integer> uses = new HashMap<>();

    /// @param model whose requests; null for every model's
    synchronized void add(@Nullable String model, List<String> entries) {
        List<List<Fault>> parsed = new ArrayList<>();
        for (String entry : entries) {
            parsed.add(Fault.parseAll(entry));
        }
        (model == null ? any : byModel.computeIfAbsent(model, name -> new ArrayDeque<>())).addAll(parsed);
    }

    synchronized void clear() {
        byModel.clear();
        any.clear();
        uses.clear();
    }

    /// The next entry for this model, if the script has one.
    synchronized @Nullable List<Fault> next(String model) {
        Queue<List<Fault>> own = byModel.get(model);
        return own != null && !own.isEmpty() ? own.poll() : any.poll();
    }

    /// Faults written into the request itself, less those that `times=N` has used up. Counted by their text.
    synchronized List<Fault> limited(String text) {
        List<Fault> faults = Fault.parseAll(text);
        List<Fault> left = new ArrayList<>();
        int use = uses.merge(text, 1, Integer::sum);
        for (Fault fault : faults) {
            if (use <= fault.number("times", Integer.MAX_VALUE)) {
                left.add(fault);
            }
        }
        return left;
    }
}
