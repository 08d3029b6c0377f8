package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Await;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.YamlLines;
import ai.doubleword.simulator.Distribution;
import ai.doubleword.simulator.SimulatedModel;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The catalogue as code: exported, planned and applied, as files and over HTTP.
@QuarkusTest
class CatalogueApiTest {
    private static final String PATH = "/admin/api/v1/catalogue";
    private static final ObjectMapper JSON = JsonFormat.mapper();

    @Inject
    TestKeys keys;

    @TestHTTPResource("/")
    URI server;

    private final String name = "c-" + UUID.randomUUID();
    private Http root;
    private JsonNode before;

    @BeforeEach
    void keepWhatIsThere() {
        root = keys.administrator(server);
        before = export();
    }

    @AfterEach
    void putItBack() throws IOException {
        apply(CatalogueFile.write(before), Map.of());
        assertThat(export()).isEqualTo(before);
    }

    @Test
    void exportAppliedToAnEmptySystemGivesTheSameExport() throws Exception {
        String canary = "canary-" + UUID.randomUUID();
        Map<String, String> environment = Map.of("CATALOGUE_TEST_KEY", canary, "CATALOGUE_TEST_ORG", canary);
        Instant later = Instant.now().plus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        assertThat(changes(apply("""
                providers:
                  - name: NAME
                    base-url: http://127.0.0.1:9/v1
                    api-key-env: CATALOGUE_TEST_KEY
                    headers: {x-org: {env: CATALOGUE_TEST_ORG}}
                    timeouts: {idle-ms: 1234}
                    quirks: {responses: native}
                    health: {path: /health, interval-ms: 60000}
                models:
                  - name: team/NAME:8b
                    description: 'A "quoted": text'
                    capabilities: [tools]
                    limits: {requests-per-minute: 60, tokens-per-minute: 90000, concurrent-requests: 4}
                    tiers: [realtime, batch]
                    groups: [g-NAME]
                    policy: weighted
                    targets:
                      - {provider: NAME, model: up, weight: 3}
                      - {provider: simulator, model: doubleword-demo, concurrency: 2}
                    prices:
                      - {tier: realtime, input: 0.15, output: 0.6, cache-read: 0.0001}
                      - {tier: realtime, input: 1, output: 2, valid-from: 'LATER'}
                      - {tier: batch, window: 1h, input: 0.1, output: 0.2}
                """.replace("NAME", name).replace("LATER", later.toString()), environment, false)))
                .containsExactly("add provider " + name, "add model team/" + name + ":8b");
        JsonNode full = export();
        String file = CatalogueFile.write(full);
        assertThat(file)
                .contains("api-key-env: CATALOGUE_TEST_KEY", "x-org:", "concurrent-requests: 4", later.toString())
                .doesNotContain(canary);
        assertThat(full.toString()).doesNotContain(canary);

        assertThat(changes(apply("providers: []\nmodels: []\n", Map.of())))
                .isNotEmpty()
                .allMatch(change -> change.startsWith("remove "));
        assertThat(export()).isEqualTo(JSON.readTree("{\"providers\":[],\"models\":[]}"));

        apply(file, environment);
        assertThat(export()).isEqualTo(full);
        assertThat(changes(apply(file, environment))).as("applied twice").isEmpty();
    }

    @Test
    void planSaysWhatWouldChangeAndChangesNothing() throws Exception {
        JsonNode plan =
                send("plan?remove=false", """
                providers:
                  - {name: simulator, concurrency: 7}
                  - {name: NAME, base-url: 'http://127.0.0.1:9/v1'}
                models:
                  - {name: doubleword-demo, description: Another.}
                """.replace("NAME", name), Map.of()).body();

        assertThat(changes(plan))
                .containsExactlyInAnyOrder(
                        "change provider simulator", "add provider " + name, "change model doubleword-demo");
        assertThat(plan.at("/changes").findValuesAsText("details").toString()).isNotNull();
        assertThat(plan.toString()).contains("concurrency: 0 → 7").contains("→ \\\"Another.\\\"");
        assertThat(export()).isEqualTo(before);
    }

    @Test
    void whatIsWrongIsNamedByItsPlaceAndNothingIsApplied() throws Exception {
        for (String[] wrong : List.of(
                new String[] {"models:\n  - name: NAME\n    targets:\n      - {provider: nobody}\n", "4", "nobody"},
                new String[] {"providers:\n  - name: NAME\n    base-url: nowhere\n", "3", "base_url"},
                new String[] {"providers:\n  - name: NAME\n    base-ulr: http://h/v1\n", "3", "base-url"},
                new String[] {
                    "models:\n  - name: NAME\n    limits:\n      requests-per-minute: many\n", "4", "wrong type"
                },
                new String[] {"providers:\n  - name: NAME\n    api-key: s3cret\n", "3", "api-key-env"},
                new String[] {"providers:\n  - name: NAME\n    api-key-env: NOT_SET_HERE\n", "3", "NOT_SET_HERE"},
                new String[] {"models:\n  - NAME\n", "2", "- name: …"},
                new String[] {"model:\n  - name: NAME\n", "1", "models"},
                new String[] {"models:\n  - name: NAME\n    prices:\n      - {tier: never, input: 1}\n", "3", "tier"
                })) {
            String text = ("providers:\n  - {name: %s-2, base-url: 'http://h/v1'}\n".formatted(name) + wrong[0])
                    .replace("NAME", name);
            if (wrong[0].startsWith("providers:")) {
                text = wrong[0].replace("NAME", name);
            }
            int shift = wrong[0].startsWith("providers:") ? 0 : 2;
            YamlLines places = YamlLines.of(text);
            try {
                Http.Answer answer = send("apply?remove=false", text, Map.of());
                assertThat(answer.status()).as(text).isEqualTo(400);
                assertThat(places.line(answer.body().path("param").asText()))
                        .as(text + answer.message())
                        .isEqualTo(Integer.parseInt(wrong[1]) + shift);
                assertThat(answer.message()).contains(wrong[2]);
            } catch (CatalogueFaultException e) {
                assertThat(places.line(e.path()))
                        .as(text + e.getMessage())
                        .isEqualTo(Integer.parseInt(wrong[1]) + shift);
                assertThat(e.getMessage()).contains(wrong[2]).doesNotContain("s3cret");
            }
            assertThat(export()).isEqualTo(before);
        }
    }

    @Test
    void runningRequestEndsWellWhateverIsApplied() throws Exception {
        SimulatedModel slow = SimulatedModel.of("slow", SimulatedModel.Kind.CHAT)
                .paced(Distribution.ZERO, Distribution.parse("20ms"))
                .tokens(100);
        try (SimulatorServer upstream =
                SimulatorServer.start(new SimulatedModels(new SimulatorConfig(42, List.of(slow))), "127.0.0.1", 0, 1)) {
            String file = """
                    providers:
                      - {name: NAME, base-url: 'URL', timeouts: {idle-ms: IDLE}}
                    models:
                      - {name: NAME, targets: [{provider: NAME, model: slow}], limits: {concurrent-requests: 5}}
                    """.replace("NAME", name).replace("URL", upstream.baseUrl());
            apply(file.replace("IDLE", "30000"), Map.of(), false);
            Http caller = keys.caller(server);
            Await.until(() -> caller.get("/v1/models/" + name).status() == 200);
            Iterator<String> lines = stream();
            assertThat(lines.next()).startsWith("data: ");

            assertThat(changes(apply(file.replace("IDLE", "40000"), Map.of(), false)))
                    .containsExactly("change provider " + name);
            assertThat(lines.next()).isEmpty();
            apply("providers: []\nmodels: []\n", Map.of());
            Await.until(() -> caller.get("/v1/models/" + name).status() == 404);

            String last = "";
            int events = 0;
            while (lines.hasNext()) {
                String line = lines.next();
                events += line.isEmpty() ? 0 : 1;
                last = line.isEmpty() ? last : line;
            }
            assertThat(last).isEqualTo("data: [DONE]");
            assertThat(events).isGreaterThan(90);
        }
    }

    private Iterator<String> stream() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/v1/chat/completions"))
                .header("authorization", "Bearer " + keys.inferenceKey())
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                                .formatted(name)))
                .build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().iterator();
    }

    private JsonNode export() {
        return root.get(PATH).body();
    }

    private JsonNode apply(String yaml, Map<String, String> environment) throws IOException {
        return apply(yaml, environment, true);
    }

    private JsonNode apply(String yaml, Map<String, String> environment, boolean remove) throws IOException {
        Http.Answer answer = send("apply?remove=" + remove, yaml, environment);
        assertThat(answer.status()).as(answer.message()).isEqualTo(200);
        return answer.body();
    }

    /// What the commands do with a file.
    private Http.Answer send(String verb, String yaml, Map<String, String> environment) throws IOException {
        CatalogueFile.Read read = new CatalogueFile(environment::get).read(new YAMLMapper().readTree(yaml));
        return root.post(PATH + "/" + verb, JSON.writeValueAsString(read.document()));
    }

    private static List<String> changes(JsonNode answer) {
        return answer.get("changes")
                .valueStream()
                .map(change -> change.get("action").textValue() + " "
                        + change.get("kind").textValue() + " "
                        + change.get("name").textValue())
                .toList();
    }
}
