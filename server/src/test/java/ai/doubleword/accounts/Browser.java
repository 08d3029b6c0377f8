package ai.doubleword.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a browser does, as far as signing in goes: keeps the cookie, names its origin with every change, follows
/// nothing by itself.
public final class Browser {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final Map<String, String> headers = new HashMap<>();
    private String cookie = "";

    /// @param origin of the pages, as the server is configured to know it
    public Browser(URI server, String origin) {
        this.server = server;
        headers.put("Origin", origin);
        headers.put("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    }

    /// An answer.
    ///
    /// @param location where it leads; empty if nowhere
    public record Answer(int status, String body, String location, HttpResponse<String> response) {
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new IllegalStateException(body, e);
            }
        }

        /// The `error` of the flat form.
        public String code() {
            return json().path("error").asText();
        }
    }

    /// The session's cookie as it stands in the header; empty where there is none.
    public String cookie() {
        return cookie;
    }

    /// The token that goes with every change; empty before [#signIn].
    public String csrf() {
        return headers.getOrDefault(CrossSite.HEADER, "");
    }

    public Browser withCookie(String held) {
        cookie = held;
        return this;
    }

    /// Sends a header with every request from now on.
    public Browser with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    public Browser without(String header) {
        headers.remove(header);
        return this;
    }

    /// Signs in by JSON and keeps cookie and token.
    public Browser signIn(String email, String password) {
        Answer answer = json(
                "POST",
                "/authentication/sign_in",
                JSON.createObjectNode()
                        .put("email", email)
                        .put("password", password)
                        .toString());
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.body());
        }
        return with(CrossSite.HEADER, answer.json().path("csrf_token").asText());
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(server.resolve(path)).GET());
    }

    /// All of a stream that ends, asked for as an `EventSource` does.
    public Answer events(String path) {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Accept", "text/event-stream")
                .GET());
    }

    /// The status of what is at a path, without reading on: live pages answer without end.
    public int status(String path) {
        try {
            HttpResponse<InputStream> response = CLIENT.send(
                    prepared(HttpRequest.newBuilder(server.resolve(path)).GET()), BodyHandlers.ofInputStream());
            response.body().close();
            return response.statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Answer json(String method, String path, String body) {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    /// Sends a body as it is.
    public Answer send(String path, String type, String body) {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body)));
    }

    public Answer form(String path, String... fields) {
        Map<String, String> form = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return formOf(path, body.toString());
    }

    /// A form whose fields are encoded already; names may come more than once.
    public Answer formOf(String path, String body) {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest prepared(HttpRequest.Builder request) {
        headers.forEach(request::header);
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return request.build();
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = CLIENT.send(prepared(request), BodyHandlers.ofString());
            for (String header : response.headers().allValues("Set-Cookie")) {
                String pair = header.split(";", 2)[0];
                if (pair.startsWith("dw-session=") || pair.startsWith("__Host-dw=")) {
                    cookie = pair.endsWith("=") ? "" : pair;
                }
            }
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("Location").orElse(""),
                    response);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
