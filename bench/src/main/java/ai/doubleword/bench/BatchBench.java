package ai.doubleword.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// What the batch engine is measured by: a server that may use all cores, and one customer.
final class BatchBench {
    private static final double NANOS = 1e9;
    private static final double MIB = 1 << 20;
    private static final int KILL_AFTER_SHARE = 5;

    private final Options options;
    private final Scenario scenario;
    private final Path folder;
    private final Upstream upstream;
    private final Map<String, Double> figures = new TreeMap<>();

    BatchBench(Options options, Scenario scenario, Path folder, Upstream upstream) {
        this.options = options;
        this.scenario = scenario;
        this.folder = folder;
        this.upstream = upstream;
    }

    Map<String, Double> run() throws IOException {
        HeapLog heap = new HeapLog(folder.resolve("gc.log"));
        Path requests = BatchCustomer.write(
                folder.resolve("requests.jsonl"), scenario.lines(), upstream.model(), scenario.bodyBytes());
        Doubleword server = Doubleword.start(
                options.root(),
                folder.resolve("home"),
                upstream,
                options.serverCore(),
                new Doubleword.Setting(heap.options(), scenario.settings()));
        try {
            BatchCustomer customer =
                    new BatchCustomer(server.port(), server.keys().getFirst());
            switch (scenario.kind()) {
                case BATCH_UPLOAD -> upload(server, customer, requests, heap);
                case BATCH_CREATE -> create(customer, requests);
                case BATCH_DRAIN -> drain(server, customer, requests, heap);
                case BATCH_IDLE -> idle(customer, requests);
                case BATCH_RECOVERY -> server = recovery(server, customer, requests);
                default -> throw new IllegalArgumentException("no scenario of batches: " + scenario.kind());
            }
        } finally {
            server.close();
        }
        return figures;
    }

    private void upload(Doubleword server, BatchCustomer customer, Path requests, HeapLog heap) throws IOException {
        customer.upload(requests);
        Histogram nanos = Latencies.histogram();
        int most = 0;
        double before = CpuMeter.of(server.pids()).micros();
        for (int i = 0; i < scenario.rounds(); i++) {
            int left = heap.collect(server.pid());
            int from = heap.size();
            long began = System.nanoTime();
            customer.upload(requests);
            Latencies.record(nanos, System.nanoTime() - began);
            most = Math.max(most, Math.max(left, heap.most(from, heap.size())) - left);
            say(i, Latencies.millis(nanos, 100) + " ms so far at most, " + most + " MiB of heap more");
        }
        double cpu = CpuMeter.of(server.pids()).micros() - before;
        figures.putAll(Figures.percentiles("upload", nanos));
        figures.put("file, MiB", Files.size(requests) / MIB);
        figures.put("heap over that before, after collections, MiB", (double) most);
        figures.put("CPU per upload, s", cpu / 1e6 / scenario.rounds());
    }

    private void create(BatchCustomer customer, Path requests) throws IOException {
        String file = customer.upload(requests);
        Histogram nanos = Latencies.histogram();
        for (int i = -2; i < scenario.rounds(); i++) {
            long began = System.nanoTime();
            String batch = customer.order(file);
            long took = System.nanoTime() - began;
            if (i >= 0) {
                Latencies.record(nanos, took);
            }
            customer.cancel(batch);
            customer.awaitStatus(batch, "cancelled");
            say(i, took / 1e6 + " ms");
        }
        figures.putAll(Figures.percentiles("order", nanos));
    }

    private void drain(Doubleword server, BatchCustomer customer, Path requests, HeapLog heap) throws IOException {
        String file = customer.upload(requests);
        double[] perSecond = new double[scenario.rounds()];
        double[] cpuMicros = new double[scenario.rounds()];
        double[] wal = new double[scenario.rounds()];
        int collections = 0;
        double resident = 0;
        try (HomeDatabase database = server.openDatabase()) {
            for (int i = -1; i < scenario.rounds(); i++) {
                server.pids().forEach(Child::favour);
                double cpu = CpuMeter.of(server.pids()).micros();
                long written = database.wal();
                long began = System.nanoTime();
                if (i == 0) {
                    collections = heap.size();
                    resident = CpuMeter.of(server.pids()).mainResidentMib();
                }
                String batch = customer.order(file);
                customer.awaitStatus(batch, "completed");
                double seconds = (System.nanoTime() - began) / NANOS;
                if (i >= 0) {
                    perSecond[i] = scenario.lines() / seconds;
                    wal[i] = (double) (database.wal() - written) / scenario.lines();
                    cpuMicros[i] = (CpuMeter.of(server.pids()).micros() - cpu) / scenario.lines();
                    say(i, perSecond[i] + " lines/s, " + wal[i] + " bytes of WAL and " + cpuMicros[i] + " µs a line");
                }
                right(database, batch);
            }
        }
        figures.put("lines per second", Latencies.median(perSecond));
        figures.put("WAL per line, bytes", Latencies.median(wal));
        figures.put("CPU per line, µs", Latencies.median(cpuMicros));
        CpuMeter.Reading memory = CpuMeter.of(server.pids());
        figures.put("resident, MiB, PostgreSQL included", memory.residentMib());
        figures.put("resident more than when measuring began, MiB", memory.mainResidentMib() - resident);
        int fourth = (heap.size() - collections) / 4;
        figures.put("heap after collections of the first quarter, MiB, most", (double)
                heap.most(collections, collections + fourth));
        figures.put("heap after collections of the last quarter, MiB, most", (double)
                heap.most(heap.size() - fourth, heap.size()));
    }

    private void idle(BatchCustomer customer, Path requests) throws IOException {
        String file = customer.upload(requests);
        Histogram fromOrder = Latencies.histogram();
        Histogram fromAnswer = Latencies.histogram();
        for (int i = -5; i < scenario.rounds(); i++) {
            long before = upstream.received().getAsLong();
            Thread order = Thread.currentThread();
            long[] arrived = new long[1];
            Thread watch = Thread.ofPlatform().start(() -> {
                while (upstream.received().getAsLong() == before && order.isAlive()) {
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000);
                }
                arrived[0] = System.nanoTime();
            });
            long began = System.nanoTime();
            String batch = customer.order(file);
            long answered = System.nanoTime();
            try {
                watch.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
            if (i >= 0) {
                Latencies.record(fromOrder, arrived[0] - began);
                Latencies.record(fromAnswer, arrived[0] - answered);
            }
            customer.awaitStatus(batch, "completed");
            // Until what was busy has become idle again.
            Child.pause(java.time.Duration.ofMillis(200));
        }
        figures.putAll(Figures.percentiles("from the order to the upstream", fromOrder));
        figures.putAll(Figures.percentiles("from the order's answer to the upstream", fromAnswer));
    }

    private Doubleword recovery(Doubleword first, BatchCustomer customer, Path requests) throws IOException {
        String file = customer.upload(requests);
        Doubleword server = first;
        double answers = 0;
        double results = 0;
        long again = 0;
        for (int i = 0; i < scenario.rounds(); i++) {
            long received = upstream.received().getAsLong();
            String batch = customer.order(file);
            int done = customer.awaitDone(batch, scenario.lines() / KILL_AFTER_SHARE);
            long killed = System.nanoTime();
            server = server.killAndLaunch(options.root(), options.serverCore());
            server.awaitPort();
            int known = BatchCustomer.done(customer.lookAgain(batch));
            answers = Math.max(answers, (System.nanoTime() - killed) / NANOS);
            // What was recorded between the last look and the kill is no news.
            done = Math.max(done, known);
            customer.awaitDone(batch, done + 1);
            results = Math.max(results, (System.nanoTime() - killed) / NANOS);
            customer.awaitStatus(batch, "completed");
            try (HomeDatabase database = server.openDatabase()) {
                right(database, batch);
            }
            again += upstream.received().getAsLong() - received - scenario.lines();
            say(i, answers + " s until it answers, " + results + " s until it records, at most so far");
        }
        figures.put("from kill -9 to the next answer, s, longest", answers);
        figures.put("from kill -9 to the next result, s, longest", results);
        figures.put("requests sent upstream again, per kill", (double) again / scenario.rounds());
        return server;
    }

    /// Every line has one result, and was charged once.
    private void right(HomeDatabase database, String batch) {
        long usage = database.number("SELECT count(DISTINCT line) FROM usage WHERE cause IN (0, 1) AND batch = "
                + "(SELECT max(id) FROM batch WHERE input_file <> 0)");
        long twice =
                database.number("SELECT count(*) - count(DISTINCT line) FROM usage WHERE cause IN (0, 1) AND batch = "
                        + "(SELECT max(id) FROM batch WHERE input_file <> 0)");
        long bits = database.number("SELECT sum(bit_count(done)) FROM chunk WHERE batch = "
                + "(SELECT max(id) FROM batch WHERE input_file <> 0)");
        if (usage != scenario.lines() || twice != 0 || bits != scenario.lines()) {
            throw new IllegalStateException(batch + ": " + usage + " lines in usage, " + twice + " of them twice, "
                    + bits + " recorded, of " + scenario.lines());
        }
    }

    private static void say(int round, String what) {
        System.out.println("round " + (round + 1) + " " + what);
    }
}
