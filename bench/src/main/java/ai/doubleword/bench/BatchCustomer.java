package ai.doubleword.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Whoever uploads files of requests, orders batches, and looks how far they are.
final class BatchCustomer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final String BOUNDARY = "----bench";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final String key;

    BatchCustomer(int port, String key) {
        this.port = port;
        this.key = key;
    }

    /// Writes a file of requests, each with a text of its own.
    static Path write(Path file, int lines, String model, int bodyBytes) throws IOException {
        String body = Bodies.chat(model, bodyBytes, false);
        int name = body.indexOf("\"content\":\"") + "\"content\":\"".length();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < lines; i++) {
                out.write("{\"custom_id\":\"line-" + i + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                        + "\"body\":" + body.substring(0, name) + i + " " + body.substring(name) + "}\n");
            }
        }
        return file;
    }

    /// Writes a file of requests in groups that begin alike for so many bytes, each group's at random places of it.
    static Path writeGroups(Path file, int lines, int groups, String model, int prefixBytes) throws IOException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i : order) {
                String rule = "Rule of group " + i % groups + ": say what is asked for and no more. ";
                String system = rule.repeat(prefixBytes / rule.length() + 1);
                out.write("""
                        {"custom_id":"line-%d","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
                        "max_tokens":2,"messages":[{"role":"system","content":"%s"},{"role":"user","content":"%d?"}]}}
                        """.formatted(i, model, system, i));
            }
        }
        return file;
    }

    /// @return the file's id
    String upload(Path file) throws FileNotFoundException {
        return upload(BodyPublishers.ofFile(file));
    }

    /// @return the file's id
    String upload(BodyPublisher lines) {
        BodyPublisher form = BodyPublishers.concat(
                BodyPublishers.ofString("--" + BOUNDARY
                        + "\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--" + BOUNDARY
                        + "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
                        + "content-type: application/jsonl\r\n\r\n"),
                lines,
                BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"));
        return call(request("/v1/files")
                        .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(form))
                .path("id")
                .asText();
    }

    /// @return the batch's id
    String order(String file) {
        return order(file, "24h");
    }

    /// @return the batch's id
    String order(String file, String window) {
        return call(request("/v1/batches")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"input_file_id\":\"" + file
                                + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"" + window
                                + "\"}")))
                .path("id")
                .asText();
    }

    void cancel(String batch) {
        call(request("/v1/batches/" + batch + "/cancel").POST(BodyPublishers.noBody()));
    }

    JsonNode look(String batch) {
        return call(request("/v1/batches/" + batch).GET());
    }

    /// Looks as soon as the server answers, which it may not do yet.
    JsonNode lookAgain(String batch) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return look(batch);
            } catch (UncheckedIOException | IllegalStateException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Child.pause(LOOK);
            }
        }
    }

    /// Looks every few milliseconds until so many requests have results.
    int awaitDone(String batch, int requests) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int done = done(look(batch));
        while (done < requests) {
            late(end, batch);
            Child.pause(LOOK);
            done = done(look(batch));
        }
        return done;
    }

    /// Looks every few milliseconds until it has ended so.
    JsonNode awaitStatus(String batch, String status) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        JsonNode now = look(batch);
        while (!now.path("status").asText().equals(status)) {
            late(end, batch);
            Child.pause(LOOK);
            now = look(batch);
        }
        return now;
    }

    static int done(JsonNode batch) {
        return batch.at("/request_counts/completed").asInt();
    }

    private static void late(long end, String batch) {
        if (System.nanoTime() > end) {
            throw new IllegalStateException(batch + " does not get on");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + key);
    }

    private JsonNode call(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(answer.uri() + " → " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
