package ai.doubleword.platform;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The program itself: its version, for how long it runs, its memory, the disk of its home.
@Singleton
final class ProgramPart implements SystemPart {
    private static final double LITTLE = 0.10;
    private static final double ALMOST_NONE = 0.03;

    private final Home home;

    ProgramPart(Home home) {
        this.home = home;
    }

    @Override
    public String title() {
        return "Program";
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public List<Fact> facts() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.plain("Version", ProgramVersion.text()));
        facts.add(Fact.plain(
                "Up for",
                Sizes.span(
                        Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()))));
        facts.add(Fact.plain(
                "Java", Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores"));
        facts.add(Fact.plain("Heap", Sizes.bytes(heap.getUsed()) + " of " + Sizes.bytes(heap.getMax())));
        facts.add(disk());
        return facts;
    }

    private Fact disk() {
        try {
            FileStore store = Files.getFileStore(home.path());
            double free = store.getUsableSpace() / (double) Math.max(1, store.getTotalSpace());
            String value = Sizes.bytes(store.getUsableSpace()) + " of " + Sizes.bytes(store.getTotalSpace()) + " free";
            if (free >= LITTLE) {
                return Fact.good("Disk of the home", value);
            }
            return new Fact(
                    "Disk of the home",
                    value,
                    free < ALMOST_NONE ? Level.BAD : Level.WARN,
                    "Free some space: without it usage cannot be recorded, and new requests are refused.");
        } catch (IOException e) {
            return new Fact("Disk of the home", "not known", Level.WARN, "It could not be asked: " + e.getMessage());
        }
    }
}
