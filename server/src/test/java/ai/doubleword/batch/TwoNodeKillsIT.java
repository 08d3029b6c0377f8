package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ServerProcess;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.ToldModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of one or both of two servers on one PostgreSQL and one blob store, while batches run that were ordered
/// at either; the model server, which no kill touches, says what was executed when. Then a reader looks whether every
/// line has exactly one result and was charged once, whether counts, bitmaps, segments and usage agree, and that lines
/// were executed again only after a kill or a lost lease, but for a few slow ones. Run by the profile `faults`:
/// `./mvnw -Pfaults -Dkills=200 verify -Dit.test=TwoNodeKillsIT`; `-Dkills.seed=N` repeats a run's choices.
@Tag("faults")
final class TwoNodeKillsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String MODEL = "told";
    private static final Pattern NAME = Pattern.compile("(name-\\d+-\\d+)");

    /// Of four chunks, since each line says that it may take so much.
    private static final int LINES = 1_000;

    private static final int LONGEST_MILLIS = 200;

    private final int kills = Integer.getInteger("kills", 10);
    private final long seed = Long.getLong("kills.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.database();
    private final List<Long> killed = new CopyOnWriteArrayList<>();
    private final List<ServerProcess> nodes = new ArrayList<>();
    private ToldModel upstream;

    @TempDir
    Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = ToldModel.start(
                NAME, name -> Duration.ofMillis(Math.floorMod(name.group().hashCode(), LONGEST_MILLIS)));
    }

    @AfterEach
    void end() {
        nodes.forEach(ServerProcess::close);
        upstream.close();
        test.close();
    }

    private ServerProcess node(String name) {
        Map<String, String> settings = test.settings();
        return ServerProcess.in(folder.resolve(name))
                .withEnvironment("DATABASE_URL", String.valueOf(settings.get("doubleword.database.url")))
                .withEnvironment(
                        "DATABASE_MIGRATION_URL", String.valueOf(settings.get("doubleword.database.migration-url")))
                .withEnvironment("DOUBLEWORD_MASTER_KEY", TestDatabase.MASTER_KEY)
                .withEnvironment(
                        "DOUBLEWORD_BLOBS_FOLDER", folder.resolve("blobs").toString())
                .start();
    }

    @Test
    void whicheverNodeIsKilledEveryLineIsRecordedOnceAndChargedOnce() throws Exception {
        say("kills.seed " + seed + " two nodes");
        nodes.add(node("one"));
        nodes.add(node("two"));
        String key = prepare(nodes.getFirst());
        List<String> batches = new ArrayList<>();
        for (int kill = 1; kill <= kills; kill++) {
            order(key, batches);
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(20, 2_000)).toNanos());
            boolean both = random.nextInt(4) == 0;
            int victim = random.nextInt(nodes.size());
            for (int i = 0; i < nodes.size(); i++) {
                if (both || i == victim) {
                    nodes.get(i).kill();
                }
            }
            // It began lines until it was gone.
            killed.add(System.nanoTime());
            for (int i = 0; i < nodes.size(); i++) {
                if (both || i == victim) {
                    nodes.set(i, nodes.get(i).again().start());
                }
            }
            say("kill " + kill + " of " + kills + ": " + (both ? "both" : "one") + " of two nodes; " + batches.size()
                    + " batches");
        }
        for (String batch : batches) {
            awaitCompleted(key, batch);
            read(key, batch);
        }
        look(batches);
    }

    /// @return a key
    private String prepare(ServerProcess server) throws IOException {
        HttpResponse<String> made =
                server.post("/admin/api/v1/users/current/api-keys", server.operatorToken(), "{\"name\":\"kills\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String key = JSON.readTree(made.body()).get("key").asText();
        server.addChatModel(MODEL, upstream.port(), key);
        server.price(MODEL);
        return key;
    }

    /// Has as much to do as lasts, from either node.
    private void order(String key, List<String> batches) throws Exception {
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            ServerProcess node = nodes.get(random.nextInt(nodes.size()));
            batches.add(order(node, key, upload(node, key, batches.size())));
        }
    }

    private String upload(ServerProcess server, String key, int batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append("""
                    {"custom_id":"name-%1$d-%2$d","method":"POST","url":"/v1/chat/completions","body":{\
                    "model":"%3$s","max_tokens":10000,"messages":[{"role":"user","content":"name-%1$d-%2$d"}]}}
                    """.formatted(batch, i, MODEL));
        }
        String boundary = "----kills";
        String body = "--" + boundary + "\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--"
                + boundary
                + "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
                + "content-type: application/jsonl\r\n\r\n" + lines + "\r\n--" + boundary + "--\r\n";
        HttpResponse<String> answer = ServerProcess.send(server.request("/v1/files", key)
                .header("content-type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("id").asText();
    }

    private static String order(ServerProcess server, String key, String file) throws IOException {
        HttpResponse<String> answer = server.post("/v1/batches", key, """
                {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h"}
                """.formatted(file));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("id").asText();
    }

    private void awaitCompleted(String key, String batch) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String now = get(key, "/v1/batches/" + batch);
            if (JSON.readTree(now).path("status").asText().equals("completed")) {
                return;
            }
            assertThat(System.nanoTime()).as("%s, seed %d", now, seed).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private String get(String key, String path) {
        try {
            return nodes.get(random.nextInt(nodes.size())).get(path, key).body();
        } catch (UncheckedIOException e) {
            return "{}";
        }
    }

    /// Looks at a batch that says it is completed.
    private void read(String key, String batch) throws IOException {
        long id = Ids.parse(Batch.PREFIX, batch).orElseThrow();
        JsonNode seen = JSON.readTree(get(key, "/v1/batches/" + batch));
        assertThat(seen.at("/request_counts/completed").asInt())
                .as(wrong(batch))
                .isEqualTo(LINES);
        assertThat(seen.at("/request_counts/failed").asInt()).as(wrong(batch)).isZero();
        Set<String> names = new HashSet<>();
        for (String text : get(key, "/v1/files/" + seen.get("output_file_id").asText() + "/content")
                .lines()
                .toList()) {
            JsonNode line = JSON.readTree(text);
            String name = line.get("custom_id").asText();
            assertThat(names.add(name)).as("%s twice, %s", name, wrong(batch)).isTrue();
            assertThat(line.at("/response/body/choices/0/message/content").asText())
                    .as(wrong(batch))
                    .isEqualTo(name);
        }
        assertThat(names).as(wrong(batch)).hasSize(LINES);
        is(LINES, batch, "SELECT sum(bit_count(done)) FROM chunk WHERE batch = " + id);
        is(LINES, batch, "SELECT sum(ok) FROM segment WHERE batch = " + id);
        is(LINES, batch, "SELECT ok FROM batch_progress WHERE batch = " + id);
        is(0, batch, "SELECT max(seq) + 1 - count(*) FROM segment WHERE batch = " + id);
        is(0, batch, "SELECT count(*) FROM chunk WHERE state <> 2 AND batch = " + id);
        is(LINES, batch, "SELECT count(*) FROM usage WHERE cost > 0 AND batch = " + id);
        is(LINES, batch, "SELECT count(DISTINCT line) FROM usage WHERE cost > 0 AND batch = " + id);
    }

    private void is(long expected, String batch, String sql) {
        assertThat(number(sql)).as("%s, %s", sql, wrong(batch)).isEqualTo(expected);
    }

    private String wrong(String batch) {
        return batch + ", seed " + seed;
    }

    private void look(List<String> batches) {
        int lines = batches.size() * LINES;
        assertThat(number("SELECT count(*) FROM usage WHERE cost > 0")).isEqualTo(lines);
        assertThat(number("SELECT count(*) FROM (SELECT id FROM usage GROUP BY id HAVING count(*) > 1) AS twice"))
                .isZero();
        assertThat(number("SELECT sum(requests) FROM rollup_hour")).isEqualTo(number("SELECT count(*) FROM usage"));
        AtomicInteger again = new AtomicInteger();
        AtomicInteger hedged = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        upstream.executions().forEach((name, all) -> {
            for (int i = 1; i < all.size(); i++) {
                long before = all.get(i - 1);
                long after = all.get(i);
                if (killed.stream().anyMatch(kill -> before <= kill && kill <= after)) {
                    again.incrementAndGet();
                } else if (leasedAgain(batches.get(Integer.parseInt(name.split("-", -1)[1])))) {
                    lost.incrementAndGet();
                } else {
                    hedged.incrementAndGet();
                }
            }
        });
        assertThat(hedged.get())
                .as("lines asked for again without a kill or a lost lease, as slow ones at an end are, seed %d", seed)
                .isLessThanOrEqualTo((int) (Hedges.EXTRA * lines));
        say("two nodes, " + kills + " kills: " + lines + " lines, each recorded and charged once; " + again
                + " executed again after a kill, " + lost + " after a lost lease, " + hedged + " since they were slow; "
                + number("SELECT sum(epoch) FROM chunk") + " leases");
    }

    private boolean leasedAgain(String batch) {
        return number("SELECT count(*) FROM chunk WHERE epoch > 1 AND batch = "
                        + Ids.parse(Batch.PREFIX, batch).orElseThrow())
                > 0;
    }

    private long number(String sql) {
        return database.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @SuppressWarnings("SystemOut") // a seed is of use only if it is seen
    private static void say(String line) {
        System.out.println(line);
    }
}
