package ai.doubleword.platform;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Canary secrets go everywhere that a secret may go; then everything that the system wrote is searched for them: its
/// output at the lowest log level, every file of its home (PostgreSQL's own files and write-ahead log among them), its
/// traces, metrics, answers and exports.
final class SecretsStayOutIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROVIDER_SECRET = "sk-canary-5Zx8QpLm2VtRw9KyHnBd";
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    Path folder;

    @AfterEach
    void endOrphan() {
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    @Tag("S-03")
    @Tag("S-08")
    void noSecretStandsInAnythingTheSystemWrites() throws Exception {
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", SecretsStayOutIT::repeatTheCredential);
        provider.start();
        Path home = folder.resolve("home");
        Map<String, String> seen = new TreeMap<>();
        try (Collector traces = new Collector()) {
            ServerProcess.Plan plan = ServerProcess.in(home)
                    .withEnvironment("DOUBLEWORD_LOG_LEVEL", "debug")
                    .withEnvironment("DOUBLEWORD_TELEMETRY_OTLP_ENDPOINT", "http://127.0.0.1:" + traces.port())
                    .withEnvironment("CANARY", PROVIDER_SECRET);
            List<String> secrets;
            try (ServerProcess server = plan.start()) {
                String shown = server.key();
                JsonNode made = JSON.readTree(server.run("keys", "create", "--name", "canary", "-o", "json"));
                JsonNode platform = JSON.readTree(
                        server.run("keys", "create", "--type", "platform", "--name", "ops", "-o", "json"));
                String key = made.get("key").asText();
                secrets = List.of(secretOf(key), secretOf(platform.get("key").asText()), PROVIDER_SECRET);
                server.run(
                        "providers",
                        "add",
                        "echo",
                        "--base-url",
                        "http://127.0.0.1:" + provider.getAddress().getPort() + "/v1",
                        "--api-key-env",
                        "CANARY");
                server.run("models", "add", "echo", "--provider", "echo", "--type", "chat");

                seen.put(
                        "an answer",
                        server.post(CHAT, key, body("doubleword-demo")).body());
                String request = server.post(CHAT, key, body("doubleword-demo"))
                        .headers()
                        .firstValue("x-request-id")
                        .orElseThrow();
                seen.put(
                        "a provider's error",
                        server.post(CHAT, key, body("echo")).body());
                seen.put(
                        "a stream's error",
                        server.post(CHAT, key, body("echo").replace("{", "{\"stream\":true,"))
                                .body());
                seen.put(
                        "a path",
                        server.get("/v1/" + key + "?api_key=" + key, key).body());
                seen.put(
                        "a broken body",
                        server.post(CHAT, key, "{\"model\": " + key).body());
                seen.put("a model's name", server.post(CHAT, key, body("x")).body());
                String idempotent = ServerProcess.send(server.request(
                                        "/admin/api/v1/users/current/api-keys",
                                        platform.get("key").asText())
                                .header("content-type", "application/json")
                                .header("idempotency-key", "canary")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"name\":\"twice\"}"))
                                .build())
                        .body();
                secrets = Stream.concat(
                                secrets.stream(),
                                Stream.of(secretOf(
                                        JSON.readTree(idempotent).get("key").asText())))
                        .toList();
                server.run("keys", "revoke", made.get("id").asText());
                seen.put(
                        "a revoked key's refusal",
                        server.post(CHAT, key, body("doubleword-demo")).body());
                for (List<String> command : List.of(
                        List.of("keys", "list", "-o", "json"),
                        List.of("providers", "list", "-o", "json"),
                        List.of("requests", "-o", "json"),
                        List.of("config", "show"),
                        List.of("config", "export"))) {
                    seen.put(String.join(" ", command), server.run(command.toArray(String[]::new)));
                }
                seen.put("metrics", server.get("/metrics", "").body());
                seen.put("readiness", server.get("/health/ready", "").body());
                assertThat(server.post(CHAT, shown, body("doubleword-demo")).statusCode())
                        .isEqualTo(200);
                traces.await(request);
                server.stop();
                seen.put("the output", server.output());
            }
            seen.put("the traces", traces.received());
            seen.putAll(filesOf(home));
            assertThat(seen.keySet()).as("the database is among them").anyMatch(name -> name.contains("/pg_wal/"));
            for (String secret : secrets) {
                assertThat(leaks(secret, seen))
                        .as("a secret that begins with %s", secret.substring(0, 9))
                        .isEmpty();
            }
        } finally {
            provider.stop(0);
        }
    }

    /// What an unfriendly or chatty provider does: it writes the credential into its error.
    private static void repeatTheCredential(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = ("{\"error\":{\"message\":\"wrong key: "
                        + exchange.getRequestHeaders().getFirst("authorization") + "\"}}")
                .getBytes(UTF_8);
        exchange.sendResponseHeaders(400, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String body(String model) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
    }

    /// The part of a key that nobody else may know, without its checksum.
    private static String secretOf(String key) {
        return key.substring(key.lastIndexOf('_') + 1, key.length() - 6);
    }

    /// Where a secret stands, with what stands before it.
    private static List<String> leaks(String secret, Map<String, String> seen) {
        return seen.entrySet().stream()
                .filter(text -> text.getValue().contains(secret))
                .map(text -> {
                    int at = text.getValue().indexOf(secret);
                    return text.getKey() + ": " + text.getValue().substring(Math.max(0, at - 120), at);
                })
                .toList();
    }

    private static Map<String, String> filesOf(Path home) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(home)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/pg/"))
                    .toList()) {
                files.put(file.toString(), Files.readString(file, ISO_8859_1));
            }
        }
        return files;
    }

    /// A collector of traces: OTLP over gRPC, which is HTTP/2, kept as bytes.
    private static final class Collector implements AutoCloseable {
        private final Vertx vertx = Vertx.vertx();
        private final Buffer received = Buffer.buffer();
        private final io.vertx.core.http.HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> request.body().onSuccess(body -> {
                    synchronized (received) {
                        received.appendBuffer(body);
                    }
                    request.response()
                            .putHeader("content-type", "application/grpc")
                            .putTrailer("grpc-status", "0")
                            .end(Buffer.buffer(new byte[5]));
                }))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        int port() {
            return server.actualPort();
        }

        String received() {
            synchronized (received) {
                return received.toString(ISO_8859_1);
            }
        }

        /// Waits until a request's id has come.
        void await(String request) throws InterruptedException {
            long end = System.nanoTime() + 30_000_000_000L;
            while (!received().contains(request)) {
                assertThat(System.nanoTime())
                        .as("no trace of %s came within 30 s", request)
                        .isLessThan(end);
                Thread.sleep(50);
            }
        }

        @Override
        public void close() {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
