package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ServerProcess;
import ai.doubleword.platform.ToldModel;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `kill -9` of the server while background responses are in each of their states; the model server, which no kill
/// touches, says what was executed when. Then a reader looks at every response that the database knows: none that was
/// accepted is lost, none is charged twice, and one is executed again only where a kill came in between. Run by the
/// profile `faults`: `./mvnw -Pfaults -Dkills=100 verify -Dit.test=ResponseKillsIT` kills a hundred times in all;
/// `-Dkills.seed=N` repeats a run's choices.
@Tag("faults")
final class ResponseKillsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "told";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern NAME = Pattern.compile("name-(\\d+)-takes-(\\d+)");
    private static final int SLOW_MILLIS = 1_500;

    private final int kills = Math.max(1, Integer.getInteger("kills", 10) / State.values().length);
    private final long seed = Long.getLong("kills.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<Long> killed = new CopyOnWriteArrayList<>();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final Map<String, String> cancelAnswers = new ConcurrentHashMap<>();
    private int names;
    private ToldModel upstream;

    @TempDir
    Path folder;

    /// When the server is killed.
    enum State {
        /// Requests are under way to it.
        SUBMITTED,
        /// They are durable, and more than run at once.
        QUEUED,
        /// The model works on them.
        IN_PROGRESS,
        /// The model has just answered.
        ANSWERED,
        /// They are being cancelled while they end.
        CANCELLED
    }

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = ToldModel.start(NAME, name -> Duration.ofMillis(Long.parseLong(name.group(2))));
    }

    @AfterEach
    void end() {
        upstream.close();
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void noResponseIsLostOrChargedTwiceWhereverItWasAtTheKill(State state) throws Exception {
        say("kills.seed " + seed + " " + state);
        Path home = folder.resolve("home");
        ServerProcess server = ServerProcess.in(home).start();
        try {
            String key = server.key();
            server.addChatModel(MODEL, upstream.port());
            server.price(MODEL);
            for (int kill = 1; kill <= kills; kill++) {
                bring(server, key, state);
                server.kill();
                // Lines may begin until it is gone.
                killed.add(System.nanoTime());
                server = server.again().start();
                say("kill " + kill + " of " + kills + ": " + state + "; " + accepted.size() + " responses");
            }
            look(server, key, home);
        } finally {
            server.close();
        }
    }

    /// Has some responses be in a state, as far as one can tell from outside.
    private void bring(ServerProcess server, String key, State state) throws Exception {
        switch (state) {
            case SUBMITTED -> {
                int known = accepted.size();
                for (int i = 0; i < 200; i++) {
                    String name = name(random.nextInt(200));
                    Thread.startVirtualThread(() -> submit(server, key, name));
                }
                int some = random.nextInt(1, 150);
                await(() -> accepted.size() >= known + some);
            }
            case QUEUED -> {
                for (int i = 0; i < 150; i++) {
                    submit(server, key, name(SLOW_MILLIS));
                }
                sleep(random.nextInt(200));
            }
            case IN_PROGRESS -> {
                Set<String> begun = new HashSet<>();
                for (int i = 0; i < 10; i++) {
                    String name = name(SLOW_MILLIS);
                    begun.add(name.replaceAll("name-(\\d+)-.*", "$1"));
                    submit(server, key, name);
                }
                await(() -> upstream.executions().keySet().containsAll(begun));
                sleep(random.nextInt(SLOW_MILLIS));
            }
            case ANSWERED -> {
                int millis = random.nextInt(20, 200);
                for (int i = 0; i < 20; i++) {
                    submit(server, key, name(millis));
                }
                sleep(millis + random.nextInt(60));
            }
            case CANCELLED -> {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    submit(server, key, name(random.nextInt(SLOW_MILLIS))).ifPresent(ids::add);
                }
                int known = cancelAnswers.size();
                for (String id : ids) {
                    Thread.startVirtualThread(() -> cancel(server, key, id));
                }
                int some = random.nextInt(ids.size());
                await(() -> cancelAnswers.size() >= known + some);
            }
        }
    }

    private synchronized String name(int millis) {
        return "name-" + names++ + "-takes-" + millis;
    }

    /// @return its id; nothing if nobody said that it is durable
    private Optional<String> submit(ServerProcess server, String key, String name) {
        try {
            HttpResponse<String> answer = http.send(
                    server.request("/v1/responses", key)
                            .timeout(Duration.ofSeconds(30))
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"model\":\"%s\",\"background\":true,\"input\":\"%s\"}".formatted(MODEL, name)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String id = JSON.readTree(answer.body()).path("id").asText();
            accepted.put(id, name);
            return Optional.of(id);
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void cancel(ServerProcess server, String key, String id) {
        try {
            cancelled.add(id);
            HttpResponse<String> answer = http.send(
                    server.request("/v1/responses/" + id + "/cancel", key)
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            cancelAnswers.put(id, JSON.readTree(answer.body()).path("status").asText());
        } catch (IOException e) {
            // The server was killed.
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void look(ServerProcess server, String key, Path home) throws Exception {
        Map<String, JsonNode> all = new HashMap<>();
        for (long id : ids(home)) {
            String name = Ids.format("resp", id);
            all.put(name, ended(server, key, name));
        }
        assertThat(all.keySet()).as("seed %d", seed).containsAll(accepted.keySet());
        int completed = 0;
        for (Map.Entry<String, JsonNode> one : all.entrySet()) {
            String status = one.getValue().path("status").asText();
            if (status.equals("cancelled")) {
                assertThat(cancelled).as("seed %d", seed).contains(one.getKey());
                assertThat(cancelAnswers.get(one.getKey())).as("seed %d", seed).isNotEqualTo("completed");
                continue;
            }
            assertThat(status).as("%s, seed %d", one.getKey(), seed).isEqualTo("completed");
            assertThat(cancelAnswers.get(one.getKey())).as("seed %d", seed).isNotEqualTo("cancelled");
            completed++;
            if (accepted.containsKey(one.getKey())) {
                assertThat(one.getValue().at("/output/0/content/0/text").asText())
                        .isEqualTo(accepted.get(one.getKey()).replaceAll("name-(\\d+)-.*", "$1"));
            }
        }
        assertThat(number(home, "SELECT count(*) FROM usage WHERE cost > 0"))
                .as("charges, seed %d", seed)
                .isEqualTo(completed);
        assertThat(number(home, "SELECT count(*) FROM (SELECT id FROM usage GROUP BY id HAVING count(*) > 1) AS twice"))
                .isZero();
        int again = 0;
        for (Map.Entry<String, List<Long>> one : upstream.executions().entrySet()) {
            List<Long> at = one.getValue();
            for (int i = 1; i < at.size(); i++) {
                long before = at.get(i - 1);
                long after = at.get(i);
                assertThat(killed)
                        .as("%s ran again, seed %d", one.getKey(), seed)
                        .anySatisfy(kill -> assertThat(kill).isBetween(before, after));
                again++;
            }
        }
        say(all.size() + " responses, " + accepted.size() + " of them known to be durable, " + completed
                + " completed and each charged once, " + (all.size() - completed) + " cancelled, " + again
                + " executed again after a kill");
    }

    private JsonNode ended(ServerProcess server, String key, String id) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode now = JSON.readTree(server.get("/v1/responses/" + id, key).body());
            if (!Set.of("queued", "in_progress").contains(now.path("status").asText())) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s, seed %d", now, seed).isLessThan(end);
            sleep(20);
        }
    }

    private static List<Long> ids(Path home) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (Connection connection = ServerProcess.database(home);
                PreparedStatement statement = connection.prepareStatement("SELECT id FROM single_line");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
        }
        return ids;
    }

    private static long number(Path home, String sql) throws SQLException {
        try (Connection connection = ServerProcess.database(home);
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(end);
            sleep(2);
        }
    }

    private static void sleep(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    @SuppressWarnings("SystemOut") // a seed is of use only if it is seen
    private static void say(String line) {
        System.out.println(line);
    }
}
