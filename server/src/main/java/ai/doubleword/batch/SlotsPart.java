package ai.doubleword.batch;

import ai.doubleword.platform.SystemPart;
import java.util.List;
import java.util.SortedMap;

/// What of this node runs later: how many requests of each model, and in how many slots they may.
final class SlotsPart implements SystemPart {
    private static final int MOST_SHOWN = 20;

    private final SharedSlots slots;

    SlotsPart(SharedSlots slots) {
        this.slots = slots;
    }

    @Override
    public String title() {
        return "Batches and background";
    }

    @Override
    public int order() {
        return 60;
    }

    @Override
    public List<Fact> facts() {
        SortedMap<String, Pool.Use> uses = slots.uses();
        if (uses.isEmpty()) {
            return List.of(Fact.plain("Running", "nothing"));
        }
        return uses.entrySet().stream()
                .limit(MOST_SHOWN)
                .map(entry -> Fact.plain(entry.getKey(), text(entry.getValue())))
                .toList();
    }

    private static String text(Pool.Use use) {
        return "%d running in %d slots, of %d of all nodes".formatted(use.running(), use.slots(), use.limit());
    }
}
