package ai.doubleword.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The medians of all rounds as a table for people, and every round as JSON for programs.
record Report(String scenario, String about, List<Round> rounds, Map<String, Double> figures) {
    String table() {
        StringBuilder text = new StringBuilder();
        text.append(scenario).append(": ").append(about.strip()).append("\n\n");
        if (!rounds.isEmpty()) {
            boolean streams = rounds.stream().anyMatch(round -> round.stream() != null);
            text.append(streams ? STREAM_HEAD : LOAD_HEAD);
            double floor = median("nginx", Round::cpuMicros);
            for (String candidate :
                    rounds.stream().map(Round::candidate).distinct().toList()) {
                text.append(streams ? streamRow(candidate, floor) : loadRow(candidate, floor));
            }
        }
        figures.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-48s %12.3f%n", name, value)));
        return text.toString();
    }

    private static final String LOAD_HEAD = "%-12s %9s %8s %9s %9s %9s %9s %9s %7s %7s%n"
            .formatted("", "CPU µs/rq", "× nginx", "rq/s", "p50 ms", "p99 ms", "max ms", "RSS MiB", "wrong", "lost");

    private static final String STREAM_HEAD = "%-12s %9s %8s %9s %9s %9s %9s %9s %9s %7s %7s %7s%n"
            .formatted(
                    "",
                    "CPU µs/ev",
                    "× nginx",
                    "events/s",
                    "1st p50",
                    "1st p99",
                    "ev p50",
                    "ev p99",
                    "gap p99",
                    "RSS",
                    "wrong",
                    "missed");

    private String loadRow(String candidate, double floor) {
        return "%-12s %9.1f %8s %9.0f %9.3f %9.3f %9.1f %9.0f %7d %7d%n"
                .formatted(
                        candidate,
                        median(candidate, Round::cpuMicros),
                        ratio(median(candidate, Round::cpuMicros), floor),
                        median(candidate, Round::perSecond),
                        median(candidate, Round::p50),
                        median(candidate, Round::p99),
                        median(candidate, Round::max),
                        median(candidate, Round::mainResidentMib),
                        sum(candidate, Round::wrong),
                        sum(candidate, Round::lost));
    }

    private String streamRow(String candidate, double floor) {
        double perEvent = median(candidate, Report::cpuPerEvent);
        double floorPerEvent = median("nginx", Report::cpuPerEvent);
        return "%-12s %9.2f %8s %9.0f %9.3f %9.3f %9.3f %9.3f %9.3f %7.0f %7d %7d%n"
                .formatted(
                        candidate,
                        perEvent,
                        ratio(perEvent, floor == 0 ? 0 : floorPerEvent),
                        median(candidate, round -> stream(round).frames() * round.perSecond() / round.answered()),
                        median(candidate, round -> stream(round).firstP50()),
                        median(candidate, round -> stream(round).firstP99()),
                        median(candidate, round -> stream(round).transitP50()),
                        median(candidate, round -> stream(round).transitP99()),
                        median(candidate, round -> stream(round).gapP99()),
                        median(candidate, Round::mainResidentMib),
                        sum(candidate, Round::wrong),
                        sum(candidate, round -> stream(round).lostFrames()));
    }

    private static double cpuPerEvent(Round round) {
        return round.cpuMicros() * round.answered() / Math.max(1, stream(round).frames());
    }

    private static Round.Stream stream(Round round) {
        return Objects.requireNonNull(round.stream());
    }

    private static String ratio(double value, double floor) {
        return floor == 0 || value == 0 ? "" : String.format(Locale.ROOT, "%.2f", value / floor);
    }

    double median(String candidate, ToDoubleFunction<Round> value) {
        return Latencies.median(rounds.stream()
                .filter(round -> round.candidate().equals(candidate))
                .mapToDouble(value)
                .toArray());
    }

    private long sum(String candidate, ToLongFunction<Round> value) {
        return rounds.stream()
                .filter(round -> round.candidate().equals(candidate))
                .mapToLong(value)
                .sum();
    }

    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("scenario", scenario);
        root.put("at", Instant.now().toString());
        root.put("figures", figures);
        root.put("rounds", rounds);
        Path file = folder.resolve(scenario + ".json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), root);
        return file;
    }
}
