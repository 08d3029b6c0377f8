package ai.doubleword.platform;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A model server that no kill touches: it answers with the name that a request says, after the time that goes with it,
/// and remembers when it was asked for which. Thread-safe.
public final class ToldModel implements AutoCloseable {
    private final Pattern name;
    private final Time time;
    private final HttpServer server;
    private final Map<String, List<Long>> executions = new ConcurrentHashMap<>();

    /// How long an answer takes.
    @FunctionalInterface
    public interface Time {
        Duration of(Matcher name);
    }

    private ToldModel(Pattern name, Time time, HttpServer server) {
        this.name = name;
        this.time = time;
        this.server = server;
    }

    /// @param name how a request says its name, which is the first group
    public static ToldModel start(Pattern name, Time time) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        ToldModel model = new ToldModel(name, time, server);
        server.createContext("/", model::answer);
        server.start();
        return model;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// When each name was asked for, by [System#nanoTime].
    public Map<String, List<Long>> executions() {
        return executions;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher said = name.matcher(body);
        // Health checks say no name.
        boolean named = said.find();
        if (named) {
            executions
                    .computeIfAbsent(said.group(1), absent -> new CopyOnWriteArrayList<>())
                    .add(System.nanoTime());
            LockSupport.parkNanos(time.of(said).toNanos());
        }
        byte[] answer = """
                {"id":"c","object":"chat.completion","model":"told","choices":[{"index":0,"message":{"role":\
                "assistant","content":"%s"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,\
                "completion_tokens":2,"total_tokens":5}}""".formatted(named ? said.group(1) : "").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        try (exchange) {
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
