package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Await;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ModelsApiTest {
    private static final String MODELS = "/admin/api/v1/models";

    @Inject
    TestKeys keys;

    @TestHTTPResource("/")
    URI server;

    private final String name = "team/m-" + UUID.randomUUID() + ":8b@x";
    private Http root;

    @BeforeEach
    void makeAdministrator() {
        root = keys.administrator(server);
    }

    @Test
    void modelIsAddedCalledChangedAndRemoved() throws Exception {
        Http.Answer added = add("\"description\":\"A demo.\",\"limits\":{\"requests_per_minute\":120}");
        assertThat(added.status()).as(added.message()).isEqualTo(201);
        JsonNode model = added.body();
        assertThat(UUID.fromString(model.get("id").textValue())).isNotNull();
        assertThat(model.get("alias").textValue()).isEqualTo(name);
        assertThat(model.get("model_name").textValue()).isEqualTo("doubleword-demo");
        assertThat(model.get("hosted_on").textValue()).isEqualTo("simulator");
        assertThat(model.get("requests_per_second").doubleValue()).isEqualTo(2);
        assertThat(model.at("/limits/requests_per_minute").intValue()).isEqualTo(120);
        assertThat(model.get("prices")).as("free until it has a price").isEmpty();

        assertThat(model(root, model.get("id").textValue()).get("id")).isEqualTo(model.get("id"));
        assertThat(model(root, name).get("id")).isEqualTo(model.get("id"));
        assertThat(model(root, name.replace("/", "%2F").replace("@", "%40")).get("id"))
                .isEqualTo(model.get("id"));
        assertThat(root.get(MODELS + "?limit=100").body().get("data").findValuesAsText("alias"))
                .contains(name);

        Http caller = keys.caller(server);
        assertThat(caller.post("/v1/chat/completions", chat(name)).status())
                .as("callable at once")
                .isEqualTo(200);
        Await.until(
                () -> model(root, name).at("/targets/0/state/breaker").asText().equals("closed"));

        Http.Answer changed =
                root.patch(MODELS + "/" + name, "{\"limits\":{\"concurrent_requests\":3},\"tiers\":[\"realtime\"]}");
        assertThat(changed.body().at("/limits/requests_per_minute").intValue()).isEqualTo(120);
        assertThat(changed.body().get("capacity").intValue()).isEqualTo(3);
        assertThat(changed.body().get("tiers")).hasSize(1);

        assertThat(root.delete(MODELS + "/" + name).status()).isEqualTo(204);
        assertThat(root.get(MODELS + "/" + name).status()).isEqualTo(404);
        assertThat(caller.post("/v1/chat/completions", chat(name)).status())
                .as("gone at once")
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|invalid_value|name",
                "{\"name\":\"a b\"}|invalid_value|name",
                "{\"name\":\"doubleword-demo\"}|conflict|name",
                "{\"name\":\"NEW\",\"type\":\"chatty\"}|invalid_value|type",
                "{\"name\":\"NEW\",\"policy\":\"random\"}|invalid_value|policy",
                "{\"name\":\"NEW\",\"tiers\":[]}|invalid_value|tiers",
                "{\"name\":\"NEW\",\"tiers\":[\"soon\"]}|invalid_value|tiers",
                "{\"name\":\"NEW\",\"limits\":{\"tokens_per_minute\":-1}}|invalid_value|limits.tokens_per_minute",
                "{\"name\":\"NEW\",\"rates\":{\"requests_per_minute\":1}}|invalid_value|rates",
                "{\"name\":\"NEW\",\"context_length\":-5}|invalid_value|context_length",
                "{\"name\":\"NEW\",\"targets\":[{\"provider\":\"simulator\"},{\"provider\":\"none\"}]}|invalid_value|targets[1].provider",
                "{\"name\":\"NEW\",\"targets\":[{\"provider\":\"simulator\",\"weight\":0}]}|invalid_value|targets[0].weight",
                "{\"name\":\"NEW\",\"targets\":[{\"provider\":\"simulator\",\"weigth\":2}]}|invalid_value|targets[0].weigth",
                "{\"name\":\"NEW\",\"prices\":[{\"tier\":\"realtime\",\"input\":-1}]}|invalid_value|prices.input",
                "{\"name\":\"NEW\",\"prices\":[{\"tier\":\"never\",\"input\":1}]}|invalid_value|prices.tier",
            })
    void badInputNamesTheField(String body, String code, String param) {
        String wanted = "m-" + UUID.randomUUID();
        Http.Answer answer = root.post(MODELS, body.replace("NEW", wanted));
        assertThat(answer.code()).as(answer.message()).isEqualTo(code);
        assertThat(answer.body().path("param").asText()).as(answer.message()).isEqualTo(param);
        assertThat(root.get(MODELS + "/" + wanted).status()).isEqualTo(404);
    }

    @Test
    void priceIsAVersionAndFillsInTheOtherTiers() {
        add("\"description\":\"\"");
        String path = MODELS + "/" + name + "/tariffs";
        Http.Answer priced = root.post(path, "{\"tier\":\"realtime\",\"input\":0.15,\"output\":\"0.6\"}");
        assertThat(priced.status()).as(priced.message()).isEqualTo(201);
        JsonNode prices = priced.body().get("data");
        assertThat(price(prices, "realtime", "")).isEqualTo("0.15/0.6");
        assertThat(price(prices, "flex", "")).isEqualTo("0.075/0.3");
        assertThat(price(prices, "batch", "1h")).isEqualTo("0.075/0.3");
        assertThat(price(prices, "batch", "24h")).isEqualTo("0.0375/0.15");

        String later = Instant.now()
                .plus(1, ChronoUnit.DAYS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        root.post(path, "{\"tier\":\"realtime\",\"input\":1,\"output\":2,\"valid_from\":\"%s\"}".formatted(later));
        JsonNode history = root.get(path).body();
        assertThat(history.get("total_count").intValue()).isGreaterThan(prices.size());
        assertThat(history.get("data").findValuesAsText("valid_from")).contains(later);

        for (String bad : List.of(
                "{\"input\":0.0000000001}|input",
                "{\"tier\":\"batch\",\"window\":\"soon\",\"input\":1}|window",
                "{\"input\":1,\"outputs\":2}|outputs",
                "{\"input\":\"much\"}|input",
                "{}|input")) {
            String[] parts = bad.split("\\|", 2);
            Http.Answer refused = root.post(path, parts[0]);
            assertThat(refused.status()).as(bad).isEqualTo(400);
            assertThat(refused.body().path("param").asText())
                    .as(bad + " " + refused.message())
                    .isEqualTo(parts[1]);
        }
        root.delete(MODELS + "/" + name);
    }

    @Test
    void whoDoesNotAdministrateSeesModelsOfItsGroupsWithoutWhereTheyRun() {
        add("\"description\":\"\"");
        Http user = keys.user(server);
        JsonNode seen = model(user, name);
        assertThat(seen.get("model_name").textValue()).isEqualTo(name);
        assertThat(seen.has("targets")).isFalse();
        assertThat(seen.has("hosted_on")).isFalse();
        for (Http.Answer answer : List.of(
                user.post(MODELS, "{\"name\":\"x\"}"),
                user.patch(MODELS + "/" + name, "{}"),
                user.delete(MODELS + "/" + name),
                user.post(MODELS + "/" + name + "/test", ""),
                user.post(MODELS + "/" + name + "/tariffs", "{\"input\":1}"))) {
            assertThat(answer.status()).isEqualTo(403);
        }
        root.patch(MODELS + "/" + name, "{\"groups\":[\"g-%s\"]}".formatted(UUID.randomUUID()));
        assertThat(user.get(MODELS + "/" + name).status()).isEqualTo(404);
        assertThat(user.get(MODELS + "/" + name + "/tariffs").status()).isEqualTo(404);
        assertThat(user.get(MODELS + "?limit=100").body().get("data").findValuesAsText("alias"))
                .doesNotContain(name);
        root.delete(MODELS + "/" + name);
    }

    private Http.Answer add(String more) {
        return root.post(
                MODELS,
                "{\"name\":\"%s\",\"targets\":[{\"provider\":\"simulator\",\"model\":\"doubleword-demo\"}],%s}"
                        .formatted(name, more));
    }

    private static JsonNode model(Http reader, String model) {
        return reader.get(MODELS + "/" + model).body();
    }

    private static String chat(String model) {
        return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}".formatted(model);
    }

    private static String price(JsonNode prices, String tier, String window) {
        for (JsonNode price : prices) {
            if (price.get("tier").textValue().equals(tier)
                    && price.path("window").asText().equals(window)) {
                return price.get("input").textValue() + "/"
                        + price.get("output").textValue();
            }
        }
        throw new AssertionError(tier + " in " + prices);
    }
}
