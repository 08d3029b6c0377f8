package ai.doubleword.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One raw connection to the server: a test says every byte, and sees every byte.
final class Wire implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Wire(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /// An answer as it came.
    record Answer(int status, Map<String, String> headers, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }

        /// The `code` of OpenAI's error envelope.
        String code() {
            return json().at("/error/code").asText();
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /// A whole request with its length.
    Answer post(String path, @Nullable String key, String body, String... headers) throws IOException {
        send(head("POST", path, key, body.getBytes(StandardCharsets.UTF_8).length, headers) + body);
        return answer();
    }

    Answer get(String path, @Nullable String key, String... headers) throws IOException {
        send(head("GET", path, key, -1, headers));
        return answer();
    }

    static String head(String method, String path, @Nullable String key, long length, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: test\r\n");
        if (key != null) {
            text.append("Authorization: Bearer ").append(key).append("\r\n");
        }
        if (length >= 0) {
            text.append("Content-Length: ").append(length).append("\r\n");
        }
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    Answer answer() throws IOException {
        return answer(true);
    }

    /// @param hasBody false for the answer to HEAD
    Answer answer(boolean hasBody) throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        Map<String, String> headers = headers();
        if (!hasBody || status == 204 || status == 100) {
            return new Answer(status, headers, "");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                body.write(chunk);
            }
        } else {
            body.write(exactly(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
        }
        return new Answer(status, headers, body.toString(StandardCharsets.UTF_8));
    }

    /// The status line and headers only; the body is read by [#chunk].
    Answer startOfAnswer() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        return new Answer(status, headers(), "");
    }

    /// One chunk of a chunked body, empty at its end.
    byte[] chunk() throws IOException {
        byte[] chunk = exactly(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    /// Whether the server closed the connection, waiting for it.
    boolean closed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the body ended after " + bytes.length + " of " + length);
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
