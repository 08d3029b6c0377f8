package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PublishedEndpointsTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server;

    @Test
    void everyMetricIsDocumented() throws Exception {
        Set<String> exposed = find("(?m)^# TYPE (\\S+) ", get("/metrics").body());
        Set<String> documented = find("(?m)^\\| `([a-z_]+)`", Files.readString(Path.of("../docs/metrics.md")));

        Set<String> undocumented = new TreeSet<>(exposed);
        // The text format leaves the counters' suffix out of the TYPE line.
        undocumented.removeIf(name -> documented.contains(name) || documented.contains(name + "_total"));
        assertThat(undocumented)
                .as("metrics that docs/metrics.md does not list")
                .isEmpty();
        assertThat(exposed).contains("jvm_memory_used_bytes");
    }

    @Test
    void theAiDocumentDescribesTheAiApiOnly() throws Exception {
        JsonNode document = new ObjectMapper().readTree(get("/ai/openapi.json").body());

        assertThat(document.get("paths").fieldNames())
                .toIterable()
                .contains("/v1/chat/completions", "/v1/embeddings", "/v1/models")
                .noneMatch(path -> path.startsWith("/admin"));
        assertThat(document.at("/components/schemas/OpenAiError").isMissingNode())
                .isFalse();
    }

    @Test
    void theAdminDocumentDescribesManagementOnly() throws Exception {
        JsonNode document =
                new ObjectMapper().readTree(get("/admin/openapi.json").body());

        assertThat(document.get("paths").fieldNames()).toIterable().allMatch(path -> path.startsWith("/admin/api/v1/"));
        assertThat(get("/openapi.json").statusCode()).isEqualTo(200);
    }

    @Test
    void healthTellsLifeFromReadiness() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    private static Set<String> find(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
    }
}
