package ai.doubleword.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/// What the rounds say beyond the table: differences to the upstream alone, shares of nginx, growth.
final class Figures {
    private static final double MIN_HOURS = 0.1;

    private Figures() {}

    /// @param hours between the first and the last round
    static Map<String, Double> of(Report report, double hours) {
        Map<String, Double> figures = new TreeMap<>();
        for (String candidate :
                report.rounds().stream().map(Round::candidate).distinct().toList()) {
            boolean streams = report.rounds().stream().anyMatch(round -> round.stream() != null);
            if (!candidate.equals("direct") && has(report, "direct")) {
                if (streams) {
                    added(figures, report, candidate, "first event p99", streams(Round.Stream::firstP99));
                    added(figures, report, candidate, "event p99", streams(Round.Stream::transitP99));
                    added(figures, report, candidate, "gap p99", streams(Round.Stream::gapP99));
                } else {
                    added(figures, report, candidate, "p50", Round::p50);
                    added(figures, report, candidate, "p99", Round::p99);
                }
            }
            if (!candidate.equals("nginx") && !candidate.equals("direct") && has(report, "nginx")) {
                figures.put(
                        candidate + ": throughput, × nginx",
                        report.median(candidate, Round::perSecond) / report.median("nginx", Round::perSecond));
            }
            if (hours > MIN_HOURS) {
                figures.put(candidate + ": RSS growth, MiB per hour", growth(report, candidate) / hours);
            }
        }
        return figures;
    }

    static Map<String, Double> percentiles(String what, Histogram nanos) {
        Map<String, Double> figures = new TreeMap<>();
        figures.put(what + ", count", (double) nanos.getTotalCount());
        figures.put(what + ", p50 ms", Latencies.millis(nanos, 50));
        figures.put(what + ", p99 ms", Latencies.millis(nanos, 99));
        figures.put(what + ", max ms", Latencies.millis(nanos, 100));
        return figures;
    }

    private static boolean has(Report report, String candidate) {
        return report.rounds().stream().anyMatch(round -> round.candidate().equals(candidate));
    }

    private static ToDoubleFunction<Round> streams(ToDoubleFunction<Round.Stream> value) {
        return round -> round.stream() == null ? 0 : value.applyAsDouble(round.stream());
    }

    private static void added(
            Map<String, Double> figures, Report report, String candidate, String what, ToDoubleFunction<Round> value) {
        figures.put(
                candidate + ": added " + what + ", ms",
                report.median(candidate, value) - report.median("direct", value));
    }

    private static double growth(Report report, String candidate) {
        double[] resident = report.rounds().stream()
                .filter(round -> round.candidate().equals(candidate))
                .mapToDouble(Round::mainResidentMib)
                .toArray();
        return resident[resident.length - 1] - resident[0];
    }
}
