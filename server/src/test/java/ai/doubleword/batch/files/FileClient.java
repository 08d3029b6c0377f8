package ai.doubleword.batch.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Supplier;

/// Speaks the files API as a client with a key does.
final class FileClient {
    static final String BOUNDARY = "----boundary7x";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final URI server;
    private final String key;

    FileClient(URI server, String key) {
        this.server = server;
        this.key = key;
    }

    record Answer(int status, JsonNode json, String text, HttpResponse<byte[]> response) {
        String message() {
            return json.at("/error/message").asText();
        }

        String code() {
            return json.at("/error/code").asText();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    /// A part of a form that is a text.
    static String field(String name, String value) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    /// A part of a form that is a file.
    static String file(String content) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"input.jsonl\"\r\n"
                + "Content-Type: application/jsonl\r\n\r\n" + content + "\r\n";
    }

    static byte[] form(String... parts) {
        return (String.join("", parts) + "--" + BOUNDARY + "--\r\n").getBytes(UTF_8);
    }

    Answer upload(String content) {
        return post("/v1/files", form(field("purpose", "batch"), file(content)));
    }

    /// With an `Idempotency-Key`.
    Answer uploadOnce(String key, String content) {
        return send(multipart("/v1/files")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofByteArray(form(field("purpose", "batch"), file(content)))));
    }

    Answer post(String path, byte[] form) {
        return send(multipart(path).POST(BodyPublishers.ofByteArray(form)));
    }

    Answer postJson(String path, String body) {
        return send(request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    /// Without a `Content-Length`.
    Answer postChunked(String path, Supplier<InputStream> form) {
        return send(multipart(path).POST(BodyPublishers.ofInputStream(form)));
    }

    Answer get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).header("authorization", "Bearer " + key);
    }

    private HttpRequest.Builder multipart(String path) {
        return request(path).header("content-type", "multipart/form-data; boundary=" + BOUNDARY);
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            String text = new String(response.body(), UTF_8);
            boolean json =
                    response.headers().firstValue("content-type").orElse("").startsWith("application/json");
            return new Answer(
                    response.statusCode(), json ? JSON.readTree(text) : JSON.createObjectNode(), text, response);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Announces a whole upload, sends its first bytes, and goes away.
    void sendAndLeave(byte[] form, int sent) throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(head(form.length));
            socket.getOutputStream().write(form, 0, sent);
            socket.getOutputStream().flush();
        }
    }

    /// The first line of the answer to an upload of which nothing but the head is sent.
    String announce(long length) throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(head(length));
            socket.getOutputStream().flush();
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = socket.getInputStream().read();
                    b >= 0 && b != '\r';
                    b = socket.getInputStream().read()) {
                line.write(b);
            }
            return line.toString(ISO_8859_1);
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private byte[] head(long length) {
        return ("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                        + "\r\nContent-Type: multipart/form-data; boundary=" + BOUNDARY + "\r\nContent-Length: "
                        + length + "\r\n\r\n")
                .getBytes(ISO_8859_1);
    }
}
