package ai.doubleword.platform;

import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import io.smallrye.openapi.runtime.io.Format;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Predicate;

/// The OpenAPI document for two readers: `/ai/openapi.json` describes what calls models, `/admin/openapi.json` what
/// manages. Both are parts of the whole at `/openapi.json`, made once, before the first request.
@Singleton
public final class ApiDocuments {
    private final RouteRegistry routes;
    private final OpenApiDocumentService documents;
    private volatile JsonNode ai = MissingNode.getInstance();
    private volatile JsonNode management = MissingNode.getInstance();

    ApiDocuments(RouteRegistry routes, OpenApiDocumentService documents) {
        this.routes = routes;
        this.documents = documents;
    }

    void register(@Observes Router router) throws IOException {
        JsonNode whole = JsonFormat.trees().readTree(documents.getDocument(Format.JSON));
        ai = part(whole, "Doubleword AI API", ErrorForm::isAiPath);
        management = part(whole, "Doubleword management API", path -> path.startsWith("/admin/api/v1/"));
        serve(router, "/ai/openapi.json", ai);
        serve(router, "/admin/openapi.json", management);
    }

    /// What describes the routes that call models.
    public JsonNode ai() {
        return ai;
    }

    /// What describes the routes that manage.
    public JsonNode management() {
        return management;
    }

    private void serve(Router router, String path, JsonNode described) {
        Buffer document = bytes(described);
        routes.add(
                router,
                HttpMethod.GET,
                path,
                Authentication.PUBLIC,
                false,
                context -> context.response()
                        .putHeader("content-type", "application/json")
                        .end(document));
    }

    private static JsonNode part(JsonNode whole, String title, Predicate<String> belongs) {
        ObjectNode document = whole.deepCopy();
        document.withObject("/info").put("title", title);
        ObjectNode paths = document.putObject("paths");
        for (Map.Entry<String, JsonNode> path : whole.path("paths").properties()) {
            // Resources of the AI API stand under both of its bases.
            String name = path.getKey().replace("/{base}/", "/v1/");
            if (belongs.test(name)) {
                withoutBase(path.getValue());
                ObjectNode known = paths.has(name) ? (ObjectNode) paths.get(name) : paths.putObject(name);
                known.setAll((ObjectNode) path.getValue());
            }
        }
        return document;
    }

    private static void withoutBase(JsonNode path) {
        for (JsonNode parameters : path.findValues("parameters")) {
            for (int i = parameters.size() - 1; i >= 0; i--) {
                if (parameters.get(i).path("name").asText().equals("base")) {
                    ((ArrayNode) parameters).remove(i);
                }
            }
        }
    }

    private static Buffer bytes(JsonNode document) {
        try {
            return Buffer.buffer(JsonFormat.trees().writeValueAsBytes(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
