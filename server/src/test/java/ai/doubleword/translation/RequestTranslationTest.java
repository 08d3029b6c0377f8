package ai.doubleword.translation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RequestTranslationTest {
    @TestFactory
    Stream<DynamicTest> requestsBecomeChatCompletions() throws IOException {
        return vectors("requests.json")
                .map(vector -> DynamicTest.dynamicTest(
                        vector.get("name").textValue(),
                        () -> assertThat(Json.strict().readTree(chat(vector.get("responses"))))
                                .isEqualTo(vector.get("chat"))));
    }

    @TestFactory
    Stream<DynamicTest> wrongFieldsAreNamed() throws IOException {
        return vectors("refusals.json")
                .map(vector -> DynamicTest.dynamicTest(vector.get("body").toString(), () -> {
                    Problem problem = refusal(Json.bytes(vector.get("body")));
                    assertThat(problem.param()).isEqualTo(vector.get("param").textValue());
                    assertThat(problem.code().status()).isEqualTo(400);
                    assertThat(problem.message()).endsWith(".");
                }));
    }

    @Test
    void historyStandsBeforeTheInputAndAfterTheInstructions() throws IOException {
        ObjectNode said = (ObjectNode) Json.strict().readTree("""
                {"type":"message","role":"user","content":[{"type":"input_text","text":"before"}]}""");
        ResponsesRequest request = good("""
                {"model":"m","instructions":"rules","input":"now"}""");
        JsonNode chat =
                Json.strict().readTree(((ResponsesRequest.Translation.Good) request.toChat(List.of(said))).body());
        assertThat(chat.path("messages").findValuesAsText("content")).containsExactly("rules", "before", "now");
    }

    @Test
    void aRequestThatStandsAloneHasItsHistoryAndSaysNothingOfHowItWasWaitedFor() throws IOException {
        ObjectNode said = (ObjectNode) Json.strict().readTree("""
                {"type":"message","role":"user","content":[{"type":"input_text","text":"before"}]}""");
        ResponsesRequest request = good("""
                {"model":"m","previous_response_id":"resp_1","input":"now","background":true,"stream":true,\
                "service_tier":"flex","store":true,"temperature":0,"more":1}""");
        assertThat(request.alone(List.of(said))).isEqualTo(Json.strict().readTree("""
                {"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"before"}]},\
                {"type":"message","role":"user","content":[{"type":"input_text","text":"now"}]}],\
                "temperature":0,"more":1}"""));
        assertThat(good("{\"model\":\"m\",\"input\":\"now\",\"background\":true}")
                        .alone(List.of()))
                .isEqualTo(Json.strict().readTree("{\"model\":\"m\",\"input\":\"now\"}"));
    }

    @Test
    void bodiesThatAreNoJsonAreRefusedWithoutQuotingThem() {
        for (String body : List.of("", "[]", "5", "{", "{\"model\":\"m\"", "{\"model\":secretsecretsecret}", "{} {}")) {
            Problem problem = refusal(body.getBytes(StandardCharsets.UTF_8));
            assertThat(problem.code()).as(body).isIn(ErrorCode.INVALID_JSON, ErrorCode.MISSING_REQUIRED_PARAMETER);
            assertThat(problem.message()).doesNotContain("secretsecretsecret");
        }
    }

    @Test
    void aNameThatStandsTwiceIsRefused() {
        assertThat(refusal("{\"model\":\"a\",\"input\":\"x\",\"model\":\"b\"}".getBytes(StandardCharsets.UTF_8))
                        .code())
                .isEqualTo(ErrorCode.INVALID_JSON);
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"model\":\"m\",\"input\":" + "[".repeat(200) + "]".repeat(200) + "}";
        assertThat(refusal(deep.getBytes(StandardCharsets.UTF_8)).code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    /// Whatever comes, reading and translating end in a value.
    @Test
    void noBodyBreaksTheReader() throws IOException {
        List<byte[]> seeds = Stream.concat(
                        vectors("requests.json").map(vector -> Json.bytes(vector.get("responses"))),
                        vectors("refusals.json").map(vector -> Json.bytes(vector.get("body"))))
                .toList();
        SplittableRandom random = new SplittableRandom(20261126);
        int translated = 0;
        for (int round = 0; round < 40_000; round++) {
            byte[] body = seeds.get(random.nextInt(seeds.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                byte[] alphabet = "{}[]\":,0a1ntf\\ ".getBytes(StandardCharsets.UTF_8);
                body[random.nextInt(body.length)] =
                        random.nextInt(3) == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            }
            if (ResponsesRequest.read(body) instanceof ResponsesRequest.Reading.Good(ResponsesRequest request)
                    && request.toChat(List.of()) instanceof ResponsesRequest.Translation.Good(byte[] chat)) {
                assertThat(Json.strict().readTree(chat).path("model").isTextual())
                        .isTrue();
                translated++;
            }
        }
        assertThat(translated).isGreaterThan(1000);
    }

    private static byte[] chat(JsonNode responses) {
        return ((ResponsesRequest.Translation.Good) good(responses.toString()).toChat(List.of())).body();
    }

    static ResponsesRequest good(String json) {
        return ((ResponsesRequest.Reading.Good) ResponsesRequest.read(json.getBytes(StandardCharsets.UTF_8))).request();
    }

    private static Problem refusal(byte[] json) {
        return switch (ResponsesRequest.read(json)) {
            case ResponsesRequest.Reading.Refused(Problem problem) -> problem;
            case ResponsesRequest.Reading.Good(ResponsesRequest request) ->
                ((ResponsesRequest.Translation.Refused) request.toChat(List.of())).problem();
        };
    }

    private static Stream<JsonNode> vectors(String file) throws IOException {
        try (InputStream in = RequestTranslationTest.class.getResourceAsStream("/translation/" + file)) {
            JsonNode all = Json.strict().readTree(Objects.requireNonNull(in));
            return StreamSupport.stream(all.spliterator(), false);
        }
    }
}
