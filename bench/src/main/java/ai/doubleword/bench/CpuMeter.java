package ai.doubleword.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// CPU time and memory of processes and everything they started, from Linux' `/proc`. A child that ended is in its
/// parent's sum, so nothing is lost between two readings.
final class CpuMeter {
    /// USER_HZ, which is 100 on every Linux that Java runs on.
    private static final double TICK_MICROS = 10_000;

    private static final double PAGE_MIB = 4096.0 / (1 << 20);

    private CpuMeter() {}

    /// @param micros user and system time
    /// @param residentMib of all processes together; what they share counts more than once
    /// @param mainResidentMib of the first process alone
    record Reading(double micros, double residentMib, double mainResidentMib) {}

    /// @param pids processes of which none is below another
    static Reading of(List<Long> pids) {
        Map<Long, List<long[]>> children = new HashMap<>();
        Map<Long, long[]> all = new HashMap<>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long[] stat = stat(process);
                if (stat.length > 0) {
                    children.computeIfAbsent(stat[1], parent -> new ArrayList<>())
                            .add(stat);
                    all.put(stat[0], stat);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long ticks = 0;
        long pages = 0;
        for (long pid : pids) {
            long[] root = all.get(pid);
            if (root == null) {
                throw new IllegalStateException("process " + pid + " is gone");
            }
            long[] sum = sum(root, children);
            ticks += sum[0];
            pages += sum[1];
        }
        long main = Objects.requireNonNull(all.get(pids.getFirst()))[3];
        return new Reading(ticks * TICK_MICROS, pages * PAGE_MIB, main * PAGE_MIB);
    }

    private static long[] sum(long[] process, Map<Long, List<long[]>> children) {
        long ticks = process[2];
        long pages = process[3];
        for (long[] child : children.getOrDefault(process[0], List.of())) {
            long[] below = sum(child, children);
            ticks += below[0];
            pages += below[1];
        }
        return new long[] {ticks, pages};
    }

    /// pid, parent, ticks with those of reaped children, resident pages; empty where the process has just ended.
    private static long[] stat(Path process) {
        try {
            return parse(Files.readString(process.resolve("stat")));
        } catch (IOException e) {
            return new long[0];
        }
    }

    static long[] parse(String stat) {
        // The name stands in parentheses and may hold anything, so fields are counted after the last one.
        int close = stat.lastIndexOf(')');
        String[] fields = stat.substring(close + 2).split(" ", -1);
        long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return new long[] {pid, Long.parseLong(fields[1]), ticks, Long.parseLong(fields[21])};
    }
}
