package ai.doubleword.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How batches share: a model server with realtime calls, with each other, among accounts, and the prompts that it
/// remembers; and what many of them cost. One server that may use all cores.
final class SharingBench {
    private static final double NANOS = 1e9;
    private static final int LINES_OF_FEW = 100;
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final double SETTLE_SECONDS = 2;

    private static final String COMPLETED = "SELECT count(*) FROM batch WHERE status = 3";

    private final Options options;
    private final Scenario scenario;
    private final Path folder;
    private final Upstream upstream;
    private final EventLoop loop;
    private final Map<String, Double> figures = new TreeMap<>();

    SharingBench(Options options, Scenario scenario, Path folder, Upstream upstream, EventLoop loop) {
        this.options = options;
        this.scenario = scenario;
        this.folder = folder;
        this.upstream = upstream;
        this.loop = loop;
    }

    Map<String, Double> run() throws IOException {
        try (Doubleword server = Doubleword.start(
                options.root(),
                folder.resolve("home"),
                upstream,
                options.serverCore(),
                new Doubleword.Setting("", scenario.settings()))) {
            server.pids().forEach(Child::favour);
            BatchCustomer customer =
                    new BatchCustomer(server.port(), server.keys().getFirst());
            switch (scenario.kind()) {
                case BATCH_MANY -> many(server, customer);
                case BATCH_BESIDE -> beside(server, customer);
                case BATCH_PREFIX -> prefix(server, customer);
                case BATCH_FAIR -> fair(server, customer);
                case BATCH_ADAPTIVE -> adaptive(customer);
                case BATCH_OPEN -> open(server, customer);
                default -> throw new IllegalArgumentException("nothing is shared in " + scenario.kind());
            }
        }
        return figures;
    }

    private void many(Doubleword server, BatchCustomer customer) throws IOException {
        byte[] few = file(scenario.lines());
        try (HomeDatabase database = server.openDatabase()) {
            int before = 0;
            long warmUntil =
                    System.nanoTime() + seconds(scenario.warmupSeconds()).toNanos();
            do {
                orderMany(customer, few, scenario.batches() / 10);
                before += scenario.batches() / 10;
                awaitMore(database, before);
            } while (System.nanoTime() < warmUntil);
            double cpu = CpuMeter.of(server.pids()).micros();
            long began = System.nanoTime();
            orderMany(customer, few, scenario.batches());
            double ordered = (System.nanoTime() - began) / NANOS;
            awaitMore(database, scenario.batches() + before);
            double seconds = (System.nanoTime() - began) / NANOS;
            int lines = scenario.batches() * scenario.lines();
            figures.put("batches uploaded and ordered per second", scenario.batches() / ordered);
            figures.put("lines per second, from the first upload to the last result", lines / seconds);
            figures.put("CPU per line, µs", (CpuMeter.of(server.pids()).micros() - cpu) / lines);
            expect(
                    "lines in usage",
                    database.number("SELECT count(*) FROM usage WHERE cause IN (0, 1)"),
                    lines + (long) before * scenario.lines());
        }
    }

    private void orderMany(BatchCustomer customer, byte[] file, int count) {
        Callable<String> one = () -> customer.order(customer.upload(BodyPublishers.ofByteArray(file)));
        all(Collections.nCopies(count, one), scenario.connections());
    }

    private void beside(Doubleword server, BatchCustomer customer) throws IOException {
        String file = customer.upload(large());
        realtime(server, scenario.warmupSeconds());
        String warm = customer.order(file);
        realtime(server, scenario.warmupSeconds());
        cancel(customer, warm);
        List<Round> alone = new ArrayList<>();
        List<Round> beside = new ArrayList<>();
        double[] linesPerSecond = new double[scenario.rounds()];
        for (int i = 0; i < scenario.rounds(); i++) {
            alone.add(say(i, realtime(server, scenario.seconds())));
            String batch = customer.order(file);
            long began = System.nanoTime();
            beside.add(say(i, realtime(server, scenario.seconds())));
            linesPerSecond[i] = BatchCustomer.done(running(customer, batch)) / ((System.nanoTime() - began) / NANOS);
            cancel(customer, batch);
        }
        percentiles("realtime alone", alone);
        percentiles("realtime beside the batch", beside);
        figures.put("p99 beside the batch, × alone", median(beside) / median(alone));
        figures.put("lines of the batch per second", Latencies.median(linesPerSecond));
    }

    private Round realtime(Doubleword server, double seconds) {
        LoadGenerator.Load load = new LoadGenerator.Load(
                server.port(),
                scenario.connections(),
                scenario.rate(),
                List.of(Bodies.head(server.keys().getFirst())),
                List.of(Bodies.rest(upstream.model(), scenario.bodyBytes(), false)),
                () -> new SaysCheck("\"object\":\"chat.completion\""));
        double before = CpuMeter.of(server.pids()).micros();
        LoadGenerator.Result result = new LoadGenerator(loop, load).run(SETTLE_SECONDS, seconds, () -> {});
        expect("wrong or lost answers", result.wrong() + result.lost(), 0);
        CpuMeter.Reading after = CpuMeter.of(server.pids());
        return Round.of("realtime", result, after.micros() - before, after, null);
    }

    private static Round say(int round, Round measured) {
        measured.say(round + 1);
        return measured;
    }

    private void percentiles(String what, List<Round> rounds) {
        figures.put(
                what + ", p50 ms",
                Latencies.median(rounds.stream().mapToDouble(Round::p50).toArray()));
        figures.put(what + ", p99 ms", median(rounds));
    }

    private static double median(List<Round> rounds) {
        return Latencies.median(rounds.stream().mapToDouble(Round::p99).toArray());
    }

    private void prefix(Doubleword server, BatchCustomer customer) throws IOException {
        Path requests = BatchCustomer.writeGroups(
                folder.resolve("groups.jsonl"),
                scenario.lines(),
                scenario.prefixes(),
                upstream.model(),
                scenario.bodyBytes());
        double inOrder = askInOrder(Files.readAllLines(requests));
        upstream.forget().run();
        customer.awaitStatus(customer.order(customer.upload(requests)), "completed");
        try (HomeDatabase database = server.openDatabase()) {
            double cached = database.number("SELECT sum(coalesce(cache_read, 0)) FROM usage WHERE batch > 0");
            double all = database.number(
                    "SELECT sum(coalesce(input, 0) + coalesce(cache_read, 0)) FROM usage WHERE batch > 0");
            figures.put("input that was cached, file's order, %", 100 * inOrder);
            figures.put("input that was cached, batch, %", 100 * cached / all);
            figures.put("cached tokens, × those of the file's order", cached / all / inOrder);
        }
    }

    /// Sends the lines to the model server itself, one after the other, as many at once as the batch.
    ///
    /// @return the share of the input that was cached
    private double askInOrder(List<String> lines) {
        ObjectMapper json = new ObjectMapper();
        URI url = URI.create("http://127.0.0.1:" + upstream.port() + "/v1/chat/completions");
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<Callable<JsonNode>> calls = new ArrayList<>();
            for (String line : lines) {
                calls.add(() -> {
                    HttpRequest request = HttpRequest.newBuilder(url)
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString(
                                    json.readTree(line).path("body").toString()))
                            .build();
                    return json.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                                    .body())
                            .path("usage");
                });
            }
            double cached = 0;
            double all = 0;
            for (JsonNode usage : all(calls, scenario.connections())) {
                cached += usage.at("/prompt_tokens_details/cached_tokens").asLong();
                all += usage.path("prompt_tokens").asLong();
            }
            return cached / all;
        }
    }

    private void fair(Doubleword server, BatchCustomer customer) throws IOException {
        String large = customer.upload(large());
        byte[] few = file(LINES_OF_FEW);
        List<BatchCustomer> others = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (int i = 0; i < scenario.batches(); i++) {
            BatchCustomer other = new BatchCustomer(server.port(), server.newAccount("bench-" + i));
            others.add(other);
            files.add(other.upload(BodyPublishers.ofByteArray(few)));
        }
        double[] alone = new double[scenario.rounds()];
        double[] shared = new double[scenario.rounds()];
        try (HomeDatabase database = server.openDatabase()) {
            for (int i = 0; i < scenario.rounds(); i++) {
                // Long enough that its share brings it to its deadline: what would be late is owed more than a share.
                String batch = customer.order(large, "7d");
                // So long that as many run at once as may.
                Child.pause(seconds(scenario.warmupSeconds()));
                shared[i] = untilAllEnd(database, others, files);
                running(customer, batch);
                cancel(customer, batch);
                alone[i] = untilAllEnd(database, others, files);
                System.out.println("round " + (i + 1) + " alone " + alone[i] + " s, shared " + shared[i] + " s");
            }
        }
        double share = (scenario.batches() + 1.0) / scenario.batches();
        figures.put("all accounts with few lines, alone, s", Latencies.median(alone));
        figures.put("the same beside the account with many, s", Latencies.median(shared));
        figures.put(
                "× their time alone at their fair share", Latencies.median(shared) / Latencies.median(alone) / share);
    }

    private double untilAllEnd(HomeDatabase database, List<BatchCustomer> others, List<String> files) {
        long before = database.number(COMPLETED);
        long began = System.nanoTime();
        for (int i = 0; i < others.size(); i++) {
            others.get(i).order(files.get(i));
        }
        awaitMore(database, before + others.size());
        return (System.nanoTime() - began) / NANOS;
    }

    private void adaptive(BatchCustomer customer) throws IOException {
        double best = 0;
        for (int fixed : new int[] {
            scenario.places() / 2,
            scenario.places(),
            scenario.places() + scenario.queue() / 2,
            scenario.places() + scenario.queue()
        }) {
            LoadGenerator.Load load = new LoadGenerator.Load(
                    upstream.port(),
                    fixed,
                    0,
                    List.of(Bodies.head("none")),
                    List.of(Bodies.rest(upstream.model(), scenario.bodyBytes(), false)),
                    () -> new SaysCheck("\"object\":\"chat.completion\""));
            LoadGenerator.Result result =
                    new LoadGenerator(loop, load).run(SETTLE_SECONDS, scenario.seconds() / 4, () -> {});
            double perSecond = result.answered() / result.seconds();
            System.out.println(fixed + " at once: " + perSecond + " answers/s, " + result.wrong() + " refused");
            best = Math.max(best, result.wrong() == 0 ? perSecond : 0);
        }
        String batch = customer.order(customer.upload(large()));
        Child.pause(seconds(scenario.warmupSeconds()));
        Reading from = read(customer, batch);
        Child.pause(seconds(scenario.seconds()));
        Reading to = read(customer, batch);
        double answered = to.done() - from.done();
        double asked = to.received() - to.active() - from.received() + from.active();
        double perSecond = answered / ((to.at() - from.at()) / NANOS);
        figures.put("best fixed limit, answers per second", best);
        figures.put("batch, answers per second", perSecond);
        figures.put("batch, % of the best fixed limit", 100 * perSecond / best);
        figures.put("requests refused after the warm-up, %", 100 * (asked - answered) / asked);
    }

    private record Reading(long at, long received, long active, long done) {}

    private Reading read(BatchCustomer customer, String batch) {
        long done = BatchCustomer.done(running(customer, batch));
        return new Reading(
                System.nanoTime(),
                upstream.received().getAsLong(),
                upstream.active().getAsLong(),
                done);
    }

    private void open(Doubleword server, BatchCustomer customer) throws IOException {
        try (HomeDatabase database = server.openDatabase()) {
            idle("no batch open", server, database);
            orderMany(customer, file(scenario.lines()), scenario.batches());
            expect("open batches", database.number("SELECT count(*) FROM batch WHERE status = 1"), scenario.batches());
            idle(scenario.batches() + " batches open", server, database);
        }
    }

    private void idle(String what, Doubleword server, HomeDatabase database) {
        String transactions =
                "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";
        // Sessions tell what they did a second late at most.
        Child.pause(seconds(scenario.warmupSeconds()));
        double cpu = CpuMeter.of(server.pids()).micros();
        long before = database.number(transactions);
        Child.pause(seconds(scenario.seconds()));
        figures.put(what + ": transactions per second", (database.number(transactions) - before) / scenario.seconds());
        figures.put(
                what + ": share of a core, %", (CpuMeter.of(server.pids()).micros() - cpu) / scenario.seconds() / 1e4);
    }

    private Path large() throws IOException {
        return BatchCustomer.write(
                folder.resolve("large.jsonl"), scenario.lines(), upstream.model(), scenario.bodyBytes());
    }

    private byte[] file(int lines) throws IOException {
        return Files.readAllBytes(
                BatchCustomer.write(folder.resolve("few.jsonl"), lines, upstream.model(), scenario.bodyBytes()));
    }

    /// Fails for a batch that has ended, since then nothing ran beside what was measured.
    private static JsonNode running(BatchCustomer customer, String batch) {
        JsonNode now = customer.look(batch);
        if (!now.path("status").asText().equals("in_progress")) {
            throw new IllegalStateException(batch + " is " + now.path("status") + ": take more lines");
        }
        return now;
    }

    private static void cancel(BatchCustomer customer, String batch) {
        customer.cancel(batch);
        customer.awaitStatus(batch, "cancelled");
    }

    private static void awaitMore(HomeDatabase database, long completed) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (database.number(COMPLETED) < completed) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("batches do not get on");
            }
            Child.pause(LOOK);
        }
    }

    private static <T> List<T> all(List<Callable<T>> calls, int atOnce) {
        List<T> results = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(atOnce)) {
            for (Future<T> call : callers.invokeAll(calls)) {
                results.add(call.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("not all calls were answered", e);
        }
        return results;
    }

    private static void expect(String what, long seen, long expected) {
        if (seen != expected) {
            throw new IllegalStateException(what + ": " + seen + " instead of " + expected);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
