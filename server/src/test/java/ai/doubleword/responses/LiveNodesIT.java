package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers, each a process, on one database: a background response that one of them runs is read at the other while
/// the model writes it. The model writes a word when the test says so. Run by the profile `faults`.
@Tag("faults")
final class LiveNodesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "told";
    private static final String DELTA = "response.output_text.delta";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Semaphore> calls = new CopyOnWriteArrayList<>();
    private HttpServer upstream;

    @TempDir
    Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/v1/chat/completions", this::write);
        upstream.start();
    }

    @AfterEach
    void end() {
        calls.forEach(call -> call.release(1_000));
        upstream.stop(0);
        ServerProcess.endOrphan(folder.resolve("one"));
    }

    /// Ten words, each once the call's semaphore lets it.
    private void write(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        Semaphore words = new Semaphore(0);
        calls.add(words);
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (exchange) {
            for (int i = 0; i < 10; i++) {
                words.acquireUninterruptibly();
                chunk(exchange, "{\"index\":0,\"delta\":{\"content\":\"word" + i + " \"}}", "");
            }
            chunk(exchange, "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", "");
            chunk(exchange, "", ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":10,\"total_tokens\":13}");
            exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void chunk(HttpExchange exchange, String choice, String usage) throws IOException {
        String event =
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"told\",\"choices\":["
                        + choice + "]" + usage + "}\n\n";
        exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    /// Somebody who reads the events of a response at a server, on a thread of their own.
    private final class Reader {
        final List<JsonNode> events = new CopyOnWriteArrayList<>();
        volatile boolean over;

        Reader(ServerProcess server, String key, String id) {
            Thread.startVirtualThread(() -> {
                try (Stream<String> lines = http.send(
                                server.request("/v1/responses/" + id + "?stream=true", key)
                                        .build(),
                                HttpResponse.BodyHandlers.ofLines())
                        .body()) {
                    lines.filter(line -> line.startsWith("data: ")).forEach(line -> events.add(event(line)));
                } catch (IOException | RuntimeException e) {
                    // The server was killed.
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                over = true;
            });
        }

        long deltas() {
            return events.stream().filter(LiveNodesIT::isDelta).count();
        }
    }

    private static JsonNode event(String line) {
        try {
            return JSON.readTree(line.substring("data: ".length()));
        } catch (IOException e) {
            throw new IllegalStateException(line, e);
        }
    }

    private static boolean isDelta(JsonNode event) {
        return event.path("type").asText().equals(DELTA);
    }

    /// The event with its item in another place.
    private static JsonNode moved(JsonNode event, int by) {
        ObjectNode moved = event.deepCopy();
        return moved.has("output_index")
                ? moved.put("output_index", moved.path("output_index").asInt() + by)
                : moved;
    }

    private static long number(JsonNode event) {
        return event.path("sequence_number").asLong(-1);
    }

    @Test
    void aReaderAtAnotherNodeHearsEachWordAsItIsWritten() throws Exception {
        try (ServerProcess one = ServerProcess.in(folder.resolve("one")).start();
                ServerProcess two = second(one).start()) {
            String key = one.key();
            one.addChatModel(MODEL, upstream.getAddress().getPort());
            String id = submit(one, key);
            await(() -> calls.size() == 1);
            Reader here = new Reader(one, key, id);
            Reader there = new Reader(two, key, id);
            for (int word = 1; word <= 5; word++) {
                calls.getFirst().release();
                int heard = word;
                long said = System.nanoTime();
                await(() -> there.deltas() == heard);
                say("word " + word + " was heard at the other node after "
                        + Duration.ofNanos(System.nanoTime() - said).toMillis() + " ms");
            }
            assertThat(there.events.getLast().path("type").asText())
                    .as("the model has not ended")
                    .isEqualTo(DELTA);
            assertThat(rows("SELECT count(*) FROM live_reader"))
                    .as("asked for by the other")
                    .isEqualTo(1);
            calls.getFirst().release(5);
            await(() -> here.over && there.over);
            assertThat(there.events).isEqualTo(here.events).isEqualTo(replay(two, key, id));
            assertThat(there.events.getLast().path("type").asText()).isEqualTo("response.completed");
            await(() -> rows("SELECT (SELECT count(*) FROM live_reader) + (SELECT count(*) FROM live_part)") == 0);
        }
    }

    @Test
    void whereTheNodeIsKilledTheReaderAtTheOtherGoesOnWithTheSecondTry() throws Exception {
        ServerProcess one = ServerProcess.in(folder.resolve("one")).start();
        try (ServerProcess two = second(one).start()) {
            String key = one.key();
            one.addChatModel(MODEL, upstream.getAddress().getPort());
            String id = submit(one, key);
            await(() -> calls.size() == 1);
            Reader there = new Reader(two, key, id);
            calls.getFirst().release(4);
            await(() -> there.deltas() == 4);
            one.kill();
            // Back before its lease ends: whichever of the two has the second try.
            one = one.again().start();
            await(() -> calls.size() == 2);
            calls.get(1).release(3);
            await(() -> there.deltas() == 4 + 3);
            assertThat(there.over).isFalse();
            calls.get(1).release(7);
            await(() -> there.over);
            assertThat(there.events.stream().map(LiveNodesIT::number).toList())
                    .isSorted()
                    .doesNotHaveDuplicates();
            List<JsonNode> whole = replay(two, key, id);
            JsonNode begun = whole.get(2);
            assertThat(begun.path("type").asText()).isEqualTo("response.in_progress");
            assertThat(there.events.stream()
                            .filter(event -> number(event) >= number(begun))
                            .map(event -> moved(event, -1))
                            .toList())
                    .as("the second try, whole, in the places after what the first began")
                    .isEqualTo(whole.subList(2, whole.size()));
            assertThat(there.events.getLast().path("response").path("status").asText())
                    .isEqualTo("completed");
        } finally {
            one.close();
        }
    }

    /// One that does not look by itself whether there is something to run.
    private ServerProcess.Plan second(ServerProcess first) {
        return first.beside(folder.resolve("two")).withEnvironment("DOUBLEWORD_BATCH_POLL", "1h");
    }

    /// Orders a response, and leaves with the first of its events.
    private String submit(ServerProcess server, String key) throws Exception {
        HttpRequest order = server.request("/v1/responses", key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"told\",\"background\":true,\"stream\":true,\"input\":\"Ten words.\"}"))
                .build();
        try (Stream<String> lines =
                http.send(order, HttpResponse.BodyHandlers.ofLines()).body()) {
            JsonNode first = lines.filter(line -> line.startsWith("data: "))
                    .findFirst()
                    .map(LiveNodesIT::event)
                    .orElseThrow();
            return first.path("response").path("id").asText();
        }
    }

    private List<JsonNode> replay(ServerProcess server, String key, String id) {
        return server.get("/v1/responses/" + id + "?stream=true", key)
                .body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(LiveNodesIT::event)
                .toList();
    }

    private long rows(String sql) throws SQLException {
        try (Connection connection = ServerProcess.database(folder.resolve("one"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    @SuppressWarnings("SystemOut") // how long it took is of use only if it is seen
    private static void say(String line) {
        System.out.println(line);
    }
}
