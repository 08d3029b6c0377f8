package ai.doubleword.bench;

import ai.doubleword.simulator.InstantServer;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/// Runs one scenario; see `bench/run`. This process is the load generator and the upstream on one core, what is
/// measured runs on another.
public final class Bench {
    private static final double SETTLE_SECONDS = 1;
    private static final int FEW_KEYS = 10;
    private static final String DEMO_MODEL = "doubleword-demo";
    private static final Pattern KEY = Pattern.compile("dw_sk_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");

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

    private Report run() throws IOException {
        Path folder = Files.createTempDirectory("doubleword-bench");
        try (Upstream upstream = Upstream.start(scenario, group)) {
            return switch (scenario.kind()) {
                case LOAD, STREAM -> load(folder, upstream);
                case REVOCATION -> revocation(folder, upstream);
                case START -> start(folder);
                case PAGES -> pages();
                case BATCH_UPLOAD, BATCH_CREATE, BATCH_DRAIN, BATCH_IDLE, BATCH_RECOVERY ->
                    figures(new BatchBench(options, scenario, folder, upstream).run());
                case BATCH_MANY, BATCH_BESIDE, BATCH_PREFIX, BATCH_FAIR, BATCH_ADAPTIVE, BATCH_OPEN ->
                    figures(new SharingBench(options, scenario, folder, upstream, group.next()).run());
                case RESPONSES_CREATE, RESPONSES_BACKGROUND, RESPONSES_RETRIEVE, RESPONSES_POLLERS ->
                    new ResponsesBench(options, scenario, folder, upstream, group.next()).run();
            };
        }
    }

    private Report figures(Map<String, Double> figures) {
        return new Report(options.scenario(), scenario.about(), List.of(), figures);
    }

    private List<Candidate> candidates(Path folder, Upstream upstream) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        if (options.wants("direct") && (scenario.direct() || options.values().containsKey("only"))) {
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
        if (options.wants("doubleword")) {
            if (scenario.keys() > FEW_KEYS) {
                candidates.add(doubleword("ten keys", folder, upstream, FEW_KEYS, 1));
            }
            candidates.add(doubleword(
                    "doubleword", folder, upstream, Math.max(1, scenario.keys()), Math.max(1, scenario.models())));
        }
        return candidates;
    }

    private Doubleword doubleword(String name, Path folder, Upstream upstream, int keys, int models) {
        Path home = folder.resolve(name.replace(' ', '-'));
        return Doubleword.start(name, options.root(), home, upstream, keys, models, options.measuredCore());
    }

    private Report load(Path folder, Upstream upstream) throws IOException {
        List<Round> rounds = new ArrayList<>();
        List<Candidate> candidates = candidates(folder, upstream);
        long begin = System.nanoTime();
        try {
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
        double hours = (System.nanoTime() - begin) / 3.6e12;
        Report bare = new Report(options.scenario(), scenario.about(), rounds, Map.of());
        return new Report(bare.scenario(), bare.about(), rounds, Figures.of(bare, hours));
    }

    private Report revocation(Path folder, Upstream upstream) {
        Histogram untilRefused = Latencies.histogram();
        Doubleword server = doubleword("doubleword", folder, upstream, 1, 1);
        Thread load = Thread.ofPlatform().start(() -> measure(server, 1, scenario.seconds()));
        try {
            if (scenario.muteNotifications()) {
                server.muteNotifications();
            }
            for (int i = 0; i < scenario.revocations(); i++) {
                JsonNode issued = server.newKey("to be revoked " + i);
                Probe probe = new Probe(server.port(), issued.path("key").asText(), upstream.model());
                probe.await(200);
                server.revoke(issued.path("id").asText());
                long revoked = System.nanoTime();
                Latencies.record(untilRefused, probe.await(401) - revoked);
                if (!load.isAlive()) {
                    throw new IllegalStateException("the load ended before the last revocation: take more --seconds");
                }
            }
        } finally {
            server.close();
        }
        return new Report(
                options.scenario(),
                scenario.about(),
                List.of(),
                Figures.percentiles("from the revocation's answer to the first 401", untilRefused));
    }

    /// Filling takes minutes, so the home is kept beside the reports and used again.
    private Report pages() throws IOException {
        Path home = options.output().resolve("pages-home");
        try (ConsolePages console = ConsolePages.start(options.root(), home, options.measuredCore())) {
            console.fill(scenario.usageRows(), scenario.keys(), scenario.models());
            return new Report(options.scenario(), scenario.about(), List.of(), console.measure(scenario.rounds()));
        }
    }

    private Report start(Path folder) throws IOException {
        Histogram fresh = Latencies.histogram();
        Histogram warm = Latencies.histogram();
        for (int i = 0; i < scenario.rounds(); i++) {
            Path home = folder.resolve("home-" + i);
            String key = timeStart(home, "", fresh);
            timeStart(home, key, warm);
        }
        Map<String, Double> figures = Figures.percentiles("first start", fresh);
        figures.putAll(Figures.percentiles("later start", warm));
        return new Report(options.scenario(), scenario.about(), List.of(), figures);
    }

    /// @param knownKey empty on the first start, which prints one
    /// @return the key that worked
    private String timeStart(Path home, String knownKey, Histogram into) throws IOException {
        int port = Child.freePort();
        long begin = System.nanoTime();
        try (Child child = Doubleword.launch(options.root(), home, port, -1)) {
            String key = knownKey;
            while (key.isEmpty()) {
                Matcher printed = KEY.matcher(Files.readString(child.log()));
                if (printed.find()) {
                    key = printed.group();
                } else {
                    Child.pause(Duration.ofMillis(2));
                }
            }
            Latencies.record(into, new Probe(port, key, DEMO_MODEL).await(200) - begin);
            return key;
        }
    }

    private Round round(int number, Candidate candidate) {
        Round round = measure(candidate, SETTLE_SECONDS, scenario.seconds());
        round.say(number);
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
        candidate.pids().forEach(Child::favour);
        boolean process = !candidate.pids().isEmpty();
        double before = process ? CpuMeter.of(candidate.pids()).micros() : 0;
        LoadGenerator.Result result;
        Changes changes = new Changes(candidate, scenario.changesPerSecond());
        try {
            result = new LoadGenerator(group.next(), load).run(settle, seconds, times::reset);
        } finally {
            changes.stop();
        }
        CpuMeter.Reading after = process ? CpuMeter.of(candidate.pids()) : null;
        return Round.of(
                candidate.name(), result, after == null ? 0 : after.micros() - before, after, stream ? times : null);
    }
}
