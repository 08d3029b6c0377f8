package ai.doubleword.bench;

import ai.doubleword.simulator.InstantServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Runs one scenario; see `bench/run`. This process is the load generator and the upstream on one core, what is
/// measured runs on another.
public final class Bench {
    private static final double SETTLE_SECONDS = 1;

    private final Options options;
    private final Scenario scenario;
    private final EventLoopGroup group = new EpollEventLoopGroup(1);

    private Bench(Options options, Scenario scenario) {
        this.options = options;
        this.scenario = scenario;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.parse(args);
        Scenario scenario = options.adjusted(Scenario.load(options.scenarioFile()));
        Bench bench = new Bench(options, scenario);
        Report report = bench.run();
        System.out.println("\n" + report.table());
        System.out.println("JSON: " + report.write(options.output()));
        // Event loops are not daemons.
        System.exit(0);
    }

    private Report run() throws Exception {
        Path folder = Files.createTempDirectory("doubleword-bench");
        try (Upstream upstream = Upstream.start(scenario, group)) {
            return switch (scenario.kind()) {
                case LOAD, STREAM -> load(folder, upstream);
                case REVOCATION, START -> throw new IllegalStateException("not a load");
            };
        }
    }

    private Report load(Path folder, Upstream upstream) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        List<Round> rounds = new ArrayList<>();
        try {
            if (options.wants("direct")
                    && (scenario.direct() || options.values().containsKey("only"))) {
                candidates.add(new Candidate.Direct(upstream.port(), upstream.model()));
            }
            if (options.wants("nginx")) {
                candidates.add(new Nginx(
                        Files.createDirectories(folder.resolve("nginx")),
                        upstream.port(),
                        upstream.model(),
                        scenario.kind() == Scenario.Kind.STREAM,
                        options.measuredCore()));
            }
            for (Candidate candidate : candidates) {
                measure(candidate, candidate.warmupSeconds(scenario), 0.1);
            }
            for (int i = 0; i < scenario.rounds(); i++) {
                for (Candidate candidate : candidates) {
                    rounds.add(round(i + 1, candidate));
                }
            }
            for (Candidate candidate : candidates) {
                // The floor is measured before and after everything else.
                if (candidate instanceof Nginx && candidates.size() > 1) {
                    rounds.add(round(scenario.rounds() + 1, candidate));
                }
            }
        } finally {
            candidates.forEach(Candidate::close);
        }
        return new Report(options.scenario(), scenario.about(), rounds, new TreeMap<>());
    }

    private Round round(int number, Candidate candidate) {
        Round round = measure(candidate, SETTLE_SECONDS, scenario.seconds());
        System.out.printf(
                "round %d %-12s %7.1f µs/rq %8.0f rq/s p50 %.3f p99 %.3f ms, %d wrong, %d lost%n",
                number,
                round.candidate(),
                round.cpuMicros(),
                round.perSecond(),
                round.p50(),
                round.p99(),
                round.wrong(),
                round.lost());
        return round;
    }

    private Round measure(Candidate candidate, double settle, double seconds) {
        StampedStream.StreamTimes times = new StampedStream.StreamTimes();
        boolean stream = scenario.kind() == Scenario.Kind.STREAM;
        ByteBuf[] expected = WholeBody.expectations(
                candidate.models().stream().map(InstantServer::body).toList());
        LoadGenerator.Load load = new LoadGenerator.Load(
                candidate.port(),
                scenario.connections(),
                scenario.rate(),
                candidate.keys().stream().map(Bodies::head).toList(),
                candidate.models().stream()
                        .map(model -> Bodies.rest(model, scenario.bodyBytes(), stream))
                        .toList(),
                () -> stream ? new StampedStream(scenario.events(), times) : new WholeBody(expected));
        boolean process = candidate.pid() > 0;
        double before = process ? CpuMeter.of(candidate.pid()).micros() : 0;
        LoadGenerator.Result result = new LoadGenerator(group.next(), load).run(settle, seconds, times::reset);
        CpuMeter.Reading after = process ? CpuMeter.of(candidate.pid()) : null;
        return Round.of(
                candidate.name(), result, after == null ? 0 : after.micros() - before, after, stream ? times : null);
    }
}
