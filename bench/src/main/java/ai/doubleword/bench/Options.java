package ai.doubleword.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The command line.
///
/// @param scenario the file's name under `bench/scenarios`, without `.yaml`
/// @param root of the repository
/// @param candidates who takes part, of those the scenario has: `direct`, `nginx`, `doubleword`
/// @param measuredCore where candidates run; -1: anywhere
/// @param values the remaining flags, which override the scenario's
record Options(String scenario, Path root, List<String> candidates, int measuredCore, Map<String, String> values) {
    static Options parse(String... args) {
        Map<String, String> values = new HashMap<>();
        String scenario = "";
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--") && i + 1 < args.length) {
                values.put(args[i].substring(2), args[++i]);
            } else if (scenario.isEmpty() && !args[i].startsWith("--")) {
                scenario = args[i];
            } else {
                throw new IllegalArgumentException("not understood: " + args[i]);
            }
        }
        if (scenario.isEmpty()) {
            throw new IllegalArgumentException("which scenario?");
        }
        String vs = values.getOrDefault("vs", "nginx");
        String all = vs.equals("none") ? "direct,doubleword" : "direct,doubleword," + vs;
        return new Options(
                scenario,
                Path.of(values.getOrDefault("root", ".")),
                List.of(values.getOrDefault("only", all).split(",", -1)),
                Integer.parseInt(values.getOrDefault("core", "1")),
                Map.copyOf(values));
    }

    Path scenarioFile() {
        return root.resolve("bench/scenarios").resolve(scenario + ".yaml");
    }

    Path output() {
        return root.resolve("bench/target");
    }

    /// Where a server runs that is measured with all cores, unless one is named.
    int serverCore() {
        return values.containsKey("core") ? measuredCore : -1;
    }

    boolean wants(String candidate) {
        return candidates.contains(candidate);
    }

    Scenario adjusted(Scenario from) {
        return from.with(number("warmup", from.warmupSeconds()), number("seconds", from.seconds()), (int)
                number("rounds", from.rounds()));
    }

    private double number(String name, double otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Double.parseDouble(value);
    }
}
