package ai.doubleword.providers;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.Egress;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks an HTTP provider which models it serves: `GET /models`, and where the answer shows whose it is, the server's
/// own interface for what OpenAI's does not say. Blocks; for virtual threads.
final class Discovery {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int LARGEST = 16 * 1_024 * 1_024;
    private static final int MOST_MODELS = 2_000;
    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Egress egress;

    Discovery(Egress egress) {
        this.egress = egress;
    }

    /// The models, in the provider's order.
    ///
    /// @throws ProblemException `upstream_error` that says what the provider answered instead
    List<Discovered> discover(ProviderConnection connection) throws InterruptedException {
        JsonNode listing = require(connection);
        List<Discovered> models = new ArrayList<>();
        JsonNode data = listing.isArray() ? listing : listing.path("data");
        Details details = new Details(connection, data);
        for (JsonNode entry : data) {
            if (models.size() < MOST_MODELS && !entry.path("id").asText().isEmpty()) {
                models.add(ModelListing.read(entry, details.of(entry)));
            }
        }
        return models;
    }

    /// Finds out which of OpenAI's two APIs for chat a provider serves. It is sent what is JSON and a request of no
    /// API, so no server begins anything or counts a token: a path that is there says that it is wrong, another
    /// that it is not there.
    ///
    /// @return nothing where the answers do not tell
    Optional<ResponsesSupport> responses(ProviderConnection connection) throws InterruptedException {
        Path responses = path(connection, "/responses");
        Path chat = path(connection, "/chat/completions");
        if (responses == Path.ABSENT && chat == Path.THERE) {
            return Optional.of(ResponsesSupport.NONE);
        }
        // Some servers find any path wrong.
        if (responses != Path.THERE || path(connection, "/no-api-has-this") != Path.ABSENT) {
            return Optional.empty();
        }
        return switch (chat) {
            case THERE -> Optional.of(ResponsesSupport.NATIVE);
            case ABSENT -> Optional.of(ResponsesSupport.ONLY);
            case UNKNOWN -> Optional.empty();
        };
    }

    /// Whether a provider serves a path.
    private enum Path {
        THERE,
        ABSENT,
        UNKNOWN
    }

    private Path path(ProviderConnection connection, String path) throws InterruptedException {
        try {
            URI url = URI.create(connection.baseUrl() + path);
            return switch (fetch(connection, HttpMethod.POST, url, Buffer.buffer("[]"))
                    .status()) {
                case 400, 415, 422 -> Path.THERE;
                case 404, 405, 501 -> Path.ABSENT;
                default -> Path.UNKNOWN;
            };
        } catch (IOException e) {
            return Path.UNKNOWN;
        }
    }

    /// One GET below the base URL, for health checks.
    ///
    /// @return the status
    int check(ProviderConnection connection, String path) throws IOException, InterruptedException {
        return get(connection, URI.create(connection.baseUrl() + path)).status();
    }

    private JsonNode require(ProviderConnection connection) throws InterruptedException {
        URI url = URI.create(connection.baseUrl() + "/models");
        try {
            Egress.Response answer = get(connection, url);
            if (answer.status() != 200) {
                throw refused(url + " answered " + answer.status()
                        + (answer.status() == 401 || answer.status() == 403 ? ": check the API key." : "."));
            }
            JsonNode listing = JSON.readTree(answer.body().getBytes());
            if (!listing.isArray() && !listing.path("data").isArray()) {
                throw refused(url + " did not answer a list of models: does the base URL end with /v1?");
            }
            return listing;
        } catch (JsonProcessingException e) {
            throw refused(url + " did not answer JSON: does the base URL end with /v1?");
        } catch (IOException e) {
            throw refused(url + " cannot be reached: " + e.getMessage() + ".");
        }
    }

    private static ProblemException refused(String message) {
        return new ProblemException(ErrorCode.UPSTREAM_ERROR, message);
    }

    private Egress.Response get(ProviderConnection connection, URI url) throws IOException, InterruptedException {
        return fetch(connection, HttpMethod.GET, url, Buffer.buffer());
    }

    private Egress.Response fetch(ProviderConnection connection, HttpMethod method, URI url, Buffer body)
            throws IOException, InterruptedException {
        Map<String, String> headers = new HashMap<>();
        headers.put("accept", "application/json");
        headers.put("accept-encoding", "identity");
        headers.put("user-agent", "doubleword");
        if (body.length() > 0) {
            headers.put("content-type", "application/json");
        }
        String key = connection.apiKey().revealText();
        if (!key.isEmpty()) {
            headers.put("authorization", "Bearer " + key);
        }
        for (Map.Entry<String, Secret> header : connection.headers().entrySet()) {
            headers.put(header.getKey(), header.getValue().revealText());
        }
        return egress.fetch(method, url, AddressRule.ADMINISTRATOR, headers, body, PATIENCE, LARGEST);
    }

    /// What the server's own interface says, asked for only where the listing shows whose it is.
    private final class Details {
        private final ProviderConnection connection;
        private final boolean alone;
        private @Nullable JsonNode listed;
        private @Nullable JsonNode single;

        Details(ProviderConnection connection, JsonNode data) {
            this.connection = connection;
            this.alone = data.size() == 1;
        }

        JsonNode of(JsonNode entry) throws InterruptedException {
            String id = entry.path("id").asText();
            return switch (entry.path("owned_by").asText()) {
                // Ollama says "library", or the user's name for an uploaded model, and no size or context.
                case "library" -> ask("/api/show", "{\"model\":" + quoted(id) + "}");
                case "organization_owner" -> lmStudio(id);
                case "llamacpp" -> alone ? single("/props") : MissingNode.getInstance();
                default ->
                    alone && !entry.has("max_model_len") && !entry.has("architecture")
                            ? single("/info")
                            : MissingNode.getInstance();
            };
        }

        private JsonNode lmStudio(String id) throws InterruptedException {
            JsonNode all = listed;
            if (all == null) {
                all = ask("/api/v0/models", "");
                listed = all;
            }
            for (JsonNode model : all.path("data")) {
                if (model.path("id").asText().equals(id)) {
                    return model;
                }
            }
            return MissingNode.getInstance();
        }

        private JsonNode single(String path) throws InterruptedException {
            JsonNode known = single;
            if (known == null) {
                known = ask(path, "");
                single = known;
            }
            return known;
        }

        /// A server that does not know the path has no more to say: that is no error.
        private JsonNode ask(String path, String body) throws InterruptedException {
            try {
                URI url = connection.baseUrl().resolve(path);
                Egress.Response answer =
                        fetch(connection, body.isEmpty() ? HttpMethod.GET : HttpMethod.POST, url, Buffer.buffer(body));
                return answer.status() == 200 ? JSON.readTree(answer.body().getBytes()) : MissingNode.getInstance();
            } catch (IOException e) {
                return MissingNode.getInstance();
            }
        }

        private static String quoted(String text) {
            return JSON.getNodeFactory().textNode(text).toString();
        }
    }
}
