package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server, of PostgreSQL, of both, while batches run, at moments that a seed chooses; then an
/// independent reader looks whether every line has exactly one result and was charged once. Run by the profile
/// `faults`:
/// `./mvnw -Pfaults -Dkills=200 verify -Dit.test=BatchKillsIT`; `-Dkills.seed=N` repeats a run's choices.
@Tag("faults")
final class BatchKillsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DONE_WITHIN = Duration.ofMinutes(4);
    private static final int LINES = 400;

    private final int kills = Integer.getInteger("kills", 10);
    private final long seed = Long.getLong("kills.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @TempDir
    Path folder;

    private enum Victim {
        SERVER,
        POSTGRES,
        SERVER_THEN_POSTGRES
    }

    @AfterEach
    void endOrphan() {
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    @Tag("S-19")
    void whateverIsKilledEveryLineIsRecordedOnceAndChargedOnce() throws Exception {
        Path home = folder.resolve("home");
        say("kills.seed " + seed);
        ServerProcess server = ServerProcess.in(home).start();
        String key = server.key();
        List<String> batches = new ArrayList<>();
        try {
            String file = upload(server, key);
            for (int kill = 1; kill <= kills; kill++) {
                if (batches.isEmpty() || status(server, key, batches.getLast()).equals("completed")) {
                    batches.add(order(server, key, file));
                }
                LockSupport.parkNanos(
                        Duration.ofMillis(random.nextInt(20, 1_500)).toNanos());
                Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
                server = kill(server, victim);
                say("kill " + kill + " of " + kills + ": " + victim + "; " + batches.size() + " batches");
            }
            for (String batch : batches) {
                awaitCompleted(server, key, batch);
                assertThat(read(server, key, home, batch))
                        .as("%s, seed %d", batch, seed)
                        .isEmpty();
            }
            say(batches.size() * LINES + " lines, each recorded and charged once; "
                    + number(home, "SELECT sum(epoch) FROM chunk") + " leases");
        } finally {
            server.close();
        }
    }

    private ServerProcess kill(ServerProcess server, Victim victim) {
        long postgres = server.postgresPid();
        switch (victim) {
            case SERVER -> server.kill();
            case POSTGRES -> server.killPostgres();
            case SERVER_THEN_POSTGRES -> {
                server.kill();
                server.killPostgres();
            }
        }
        if (victim == Victim.POSTGRES) {
            server.awaitOtherPostgres(postgres);
            return server;
        }
        return server.again().start();
    }

    /// What is wrong with a batch that says it is completed: nothing, or a sentence.
    private String read(ServerProcess server, String key, Path home, String batch) throws Exception {
        long id = Ids.parse(Batch.PREFIX, batch).orElseThrow();
        JsonNode seen = JSON.readTree(get(server, key, "/v1/batches/" + batch));
        if (seen.at("/request_counts/completed").asInt() != LINES
                || seen.at("/request_counts/failed").asInt() != 0) {
            return "its counts are " + seen.get("request_counts");
        }
        Set<String> ids = new HashSet<>();
        List<String> output = get(
                        server, key, "/v1/files/" + seen.get("output_file_id").asText() + "/content")
                .lines()
                .toList();
        for (String line : output) {
            ids.add(JSON.readTree(line).get("custom_id").asText());
        }
        if (output.size() != LINES || ids.size() != LINES) {
            return output.size() + " lines of output with " + ids.size() + " names";
        }
        long bits = number(home, "SELECT sum(bit_count(done)) FROM chunk WHERE batch = " + id);
        long inSegments = number(home, "SELECT sum(ok + failed) FROM segment WHERE batch = " + id);
        long seqs = number(home, "SELECT max(seq) + 1 - count(*) FROM segment WHERE batch = " + id);
        long open = number(home, "SELECT count(*) FROM chunk WHERE state <> 2 AND batch = " + id);
        long charged = number(home, "SELECT count(*) FROM usage WHERE cost > 0 AND batch = " + id);
        long lines = number(home, "SELECT count(DISTINCT line) FROM usage WHERE cost > 0 AND batch = " + id);
        long twice = number(
                home,
                "SELECT count(*) FROM (SELECT id FROM usage WHERE batch = " + id
                        + " GROUP BY id HAVING count(*) > 1) AS twice");
        return bits == LINES
                        && inSegments == LINES
                        && seqs == 0
                        && open == 0
                        && charged == LINES
                        && lines == LINES
                        && twice == 0
                ? ""
                : bits + " bits, " + inSegments + " lines in segments, " + seqs + " seqs missing, " + open
                        + " chunks not done, " + charged + " charges of " + lines + " lines, " + twice
                        + " requests twice in usage";
    }

    private String upload(ServerProcess server, String key) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append("""
                    {"custom_id":"line-%d","method":"POST","url":"/v1/chat/completions","body":{\
                    "model":"doubleword-demo","max_tokens":%d,"messages":[{"role":"user","content":"Count %d."}]}}
                    """.formatted(i, random.nextInt(1, 12), i));
        }
        String boundary = "----kills";
        String body = "--" + boundary + "\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--"
                + boundary
                + "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
                + "content-type: application/jsonl\r\n\r\n" + lines + "\r\n--" + boundary + "--\r\n";
        return send(server.request("/v1/files", key)
                        .header("content-type", "multipart/form-data; boundary=" + boundary)
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .get("id")
                .asText();
    }

    /// Orders as an SDK does, which asks again after a failure of the server's.
    private String order(ServerProcess server, String key, String file) throws Exception {
        long end = System.nanoTime() + DONE_WITHIN.toNanos();
        for (int retry = 0; ; retry++) {
            HttpRequest.Builder request = server.request("/v1/batches", key)
                    .header("content-type", "application/json")
                    .header("x-stainless-retry-count", Integer.toString(retry))
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h"}
                            """.formatted(file)));
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() < 500) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
                return JSON.readTree(answer.body()).get("id").asText();
            }
            assertThat(System.nanoTime()).as(answer.body()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body());
    }

    private String get(ServerProcess server, String key, String path) throws Exception {
        return http.send(server.request(path, key).GET().build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// Empty while the server cannot say.
    private String status(ServerProcess server, String key, String batch) throws InterruptedException {
        try {
            HttpRequest request =
                    server.request("/v1/batches/" + batch, key).GET().build();
            return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path("status")
                    .asText();
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitCompleted(ServerProcess server, String key, String batch) throws InterruptedException {
        long end = System.nanoTime() + DONE_WITHIN.toNanos();
        String status = status(server, key, batch);
        while (!status.equals("completed")) {
            assertThat(System.nanoTime())
                    .as("%s is %s, seed %d", batch, status, seed)
                    .isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            status = status(server, key, batch);
        }
    }

    private static long number(Path home, String sql) throws SQLException {
        try (Connection connection = ServerProcess.database(home);
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @SuppressWarnings("SystemOut") // a seed is of use only if it is seen
    private static void say(String line) {
        System.out.println(line);
    }
}
