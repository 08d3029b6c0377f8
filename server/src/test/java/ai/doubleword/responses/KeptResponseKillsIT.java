package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server under many who each ask for one response after the other: whoever had an answer finds the
/// response. Run by the profile `faults`, as [ResponseKillsIT].
@Tag("faults")
final class KeptResponseKillsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "kept";
    private static final int CLIENTS = 16;
    private static final int FIRST = 200;
    private static final byte[] ANSWER = """
            {"id":"c","object":"chat.completion","model":"kept","choices":[{"index":0,"message":{"role":"assistant",\
            "content":"yes"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,\
            "total_tokens":5}}""".getBytes(StandardCharsets.UTF_8);

    private final int kills = Math.max(1, Integer.getInteger("kills", 10) / 5);
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private HttpServer upstream;

    @TempDir
    Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, ANSWER.length);
            try (exchange) {
                exchange.getResponseBody().write(ANSWER);
            }
        });
        upstream.start();
    }

    @AfterEach
    void end() {
        upstream.stop(0);
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    void whoeverHadAnAnswerFindsTheResponse() throws Exception {
        ServerProcess server = ServerProcess.in(folder.resolve("home")).start();
        try {
            String key = server.key();
            server.addChatModel(MODEL, upstream.getAddress().getPort());
            for (int kill = 0; kill < kills; kill++) {
                CountDownLatch some = new CountDownLatch(FIRST);
                CountDownLatch ended = new CountDownLatch(CLIENTS);
                ServerProcess asked = server;
                for (int i = 0; i < CLIENTS; i++) {
                    Thread.startVirtualThread(() -> ask(asked, key, some, ended));
                }
                assertThat(some.await(2, TimeUnit.MINUTES)).isTrue();
                server.kill();
                assertThat(ended.await(2, TimeUnit.MINUTES)).isTrue();
                server = server.again().start();
            }
            assertThat(answered).hasSizeGreaterThanOrEqualTo(kills * FIRST);
            for (String id : answered) {
                assertThat(JSON.readTree(server.get("/v1/responses/" + id, key).body())
                                .at("/output/0/content/0/text")
                                .asText())
                        .as(id)
                        .isEqualTo("yes");
            }
        } finally {
            server.close();
        }
    }

    /// Asks until nobody answers any more.
    private void ask(ServerProcess server, String key, CountDownLatch some, CountDownLatch ended) {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (true) {
                HttpResponse<String> answer = http.send(
                        server.request("/v1/responses", key)
                                .timeout(Duration.ofSeconds(60))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"%s\",\"input\":\"Will it be there?\"}".formatted(MODEL)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                answered.add(JSON.readTree(answer.body()).path("id").asText());
                some.countDown();
            }
        } catch (IOException e) {
            // The server was killed.
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            ended.countDown();
        }
    }
}
