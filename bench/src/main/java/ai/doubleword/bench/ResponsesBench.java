package ai.doubleword.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// What the Responses API is measured by: one server, and the load generator of all scenarios.
final class ResponsesBench {
    private static final int MAKERS = 64;

    /// Responses that are read of all that are stored: the others are rows of the same size that only the server could
    /// have sealed.
    private static final int READ = 20_000;

    private static final double SETTLE_SECONDS = 1;
    private static final String COMPLETED = "\"status\":\"completed\"";
    private static final String QUEUED = "\"status\":\"queued\"";

    private final Options options;
    private final Scenario scenario;
    private final Path folder;
    private final Upstream upstream;
    private final EventLoop loop;

    ResponsesBench(Options options, Scenario scenario, Path folder, Upstream upstream, EventLoop loop) {
        this.options = options;
        this.scenario = scenario;
        this.folder = folder;
        this.upstream = upstream;
        this.loop = loop;
    }

    Report run() throws IOException {
        boolean oneCore = scenario.kind() == Scenario.Kind.RESPONSES_CREATE;
        int core = oneCore ? options.measuredCore() : options.serverCore();
        try (Doubleword server =
                Doubleword.start(options.root(), folder.resolve("home"), upstream, core, Doubleword.Setting.USUAL)) {
            return switch (scenario.kind()) {
                case RESPONSES_CREATE -> create(server);
                case RESPONSES_BACKGROUND -> background(server);
                case RESPONSES_RETRIEVE -> retrieve(server);
                case RESPONSES_POLLERS -> pollers(server);
                default -> throw new IllegalArgumentException("no scenario of responses: " + scenario.kind());
            };
        }
    }

    /// Requests that take turns, and what their answers must say.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only sent
    private record Asked(String name, List<byte[]> heads, byte[] body, String says) {}

    private Report create(Doubleword server) {
        String key = server.keys().getFirst();
        String model = upstream.model();
        Asked chat = new Asked(
                "chat",
                List.of(Bodies.head(key)),
                Bodies.rest(model, scenario.bodyBytes(), false),
                "\"object\":\"chat.completion\"");
        Asked response = new Asked(
                "responses",
                List.of(Bodies.head("POST /v1/responses", key)),
                Bodies.rest(Bodies.response(model, scenario.bodyBytes(), false)),
                COMPLETED);
        List<Round> rounds = rounds(server, List.of(chat, response));
        Report bare = new Report(options.scenario(), scenario.about(), rounds, Map.of());
        double ratio = bare.median("responses", Round::cpuMicros) / bare.median("chat", Round::cpuMicros);
        return new Report(
                options.scenario(), scenario.about(), rounds, Map.of("responses: CPU, × chat completions", ratio));
    }

    private Report background(Doubleword server) {
        Asked asked = new Asked(
                "accepted",
                List.of(Bodies.head("POST /v1/responses", server.keys().getFirst())),
                Bodies.rest(Bodies.response(upstream.model(), scenario.bodyBytes(), true)),
                QUEUED);
        List<Round> rounds = rounds(server, List.of(asked));
        try (HomeDatabase database = server.openDatabase()) {
            long accepted = database.number("SELECT count(*) FROM single_line");
            long answered = database.number("SELECT coalesce(sum(ok + failed), 0)::bigint FROM batch_progress");
            return new Report(
                    options.scenario(),
                    scenario.about(),
                    rounds,
                    Map.of(
                            "accepted in all, warm-up included", (double) accepted,
                            "of these with results when the last was accepted", (double) answered));
        }
    }

    private Report retrieve(Doubleword server) {
        List<String> ids = make(server, READ, false);
        try (HomeDatabase database = server.openDatabase()) {
            database.execute("SET synchronous_commit = off");
            database.execute("""
                    INSERT INTO response (id, account, member, expires_at, content)
                    SELECT least + (most - least) / %1$d * n + 1, account, member, now() + interval '30 days', content
                    FROM generate_series(1::bigint, %1$d) AS n,
                        (SELECT min(id) - (max(id) - min(id)) AS least, max(id) AS most FROM response) AS ids,
                        (SELECT account, member, content FROM response LIMIT 1) AS one
                    ON CONFLICT DO NOTHING
                    """.formatted(scenario.stored() - READ));
            database.execute("ANALYZE response");
            database.execute("CHECKPOINT");
            Collections.shuffle(ids, new Random(1));
            List<Round> rounds = rounds(server, List.of(reads("retrieved", server, ids, COMPLETED)));
            return new Report(options.scenario(), scenario.about(), rounds, Map.of("responses stored", (double)
                    database.number("SELECT count(*) FROM response")));
        }
    }

    private Report pollers(Doubleword server) {
        List<String> ids = make(server, scenario.pollers(), true);
        List<Round> rounds = rounds(server, List.of(reads("polled", server, ids, "\"object\":\"response\"")));
        Map<String, Double> figures = new TreeMap<>();
        Report bare = new Report(options.scenario(), scenario.about(), rounds, Map.of());
        figures.put(
                "share of a core, %", bare.median("polled", round -> round.cpuMicros() * round.perSecond()) / 10_000);
        return new Report(options.scenario(), scenario.about(), rounds, figures);
    }

    private static Asked reads(String name, Doubleword server, List<String> ids, String says) {
        String key = server.keys().getFirst();
        return new Asked(
                name,
                ids.stream()
                        .map(id -> Bodies.head("GET /v1/responses/" + id, key))
                        .toList(),
                Bodies.rest(""),
                says);
    }

    /// Makes responses, some at once.
    ///
    /// @return their ids
    private List<String> make(Doubleword server, int count, boolean background) {
        ObjectMapper json = new ObjectMapper();
        String body = Bodies.response(upstream.model(), scenario.bodyBytes(), background);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/responses"))
                .header("authorization", "Bearer " + server.keys().getFirst())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        List<String> ids = new ArrayList<>();
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService makers = Executors.newFixedThreadPool(MAKERS)) {
            Callable<String> one = () -> json.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path("id")
                    .asText();
            for (Future<String> made : makers.invokeAll(Collections.nCopies(count, one))) {
                ids.add(made.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("responses could not be made", e);
        }
        return ids;
    }

    private List<Round> rounds(Doubleword server, List<Asked> all) {
        List<Round> rounds = new ArrayList<>();
        all.forEach(asked -> measure(server, asked, scenario.warmupSeconds(), 0.1));
        for (int i = 0; i < scenario.rounds(); i++) {
            for (Asked asked : all) {
                Round round = measure(server, asked, SETTLE_SECONDS, scenario.seconds());
                rounds.add(round);
                round.say(i + 1);
            }
        }
        return rounds;
    }

    private Round measure(Doubleword server, Asked asked, double settle, double seconds) {
        LoadGenerator.Load load = new LoadGenerator.Load(
                server.port(),
                scenario.connections(),
                scenario.rate(),
                asked.heads(),
                List.of(asked.body()),
                () -> new SaysCheck(asked.says()));
        server.pids().forEach(Child::favour);
        double before = CpuMeter.of(server.pids()).micros();
        LoadGenerator.Result result = new LoadGenerator(loop, load).run(settle, seconds, () -> {});
        if (scenario.kind() == Scenario.Kind.RESPONSES_CREATE) {
            awaitUsage(server);
        }
        CpuMeter.Reading after = CpuMeter.of(server.pids());
        return Round.of(asked.name(), result, after.micros() - before, after, null);
    }

    /// Usage goes from the journal into the database behind the answers, on a busy core only when the load is over:
    /// what
    /// a round made is for that round to pay, not for the next.
    private static void awaitUsage(Doubleword server) {
        try (HomeDatabase database = server.openDatabase()) {
            long before = -1;
            long now = usageWritten(database);
            while (now != before) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                before = now;
                now = usageWritten(database);
            }
        }
    }

    private static long usageWritten(HomeDatabase database) {
        return database.number("SELECT coalesce(sum(position), 0)::bigint FROM journal_file");
    }
}
