package ai.doubleword.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScanTest {
    private static final ObjectMapper ORACLE = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(RequestScan.MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    @Test
    void findsWhatPolicyNeeds() {
        RequestScan scan = scan("""
                {"model":"gpt","stream":true,"stream_options":{"include_usage":true,"x":1},"max_tokens":50,
                 "max_completion_tokens":20,"n":3,"service_tier":"auto","store":false,"encoding_format":"base64"}""");
        assertThat(scan.problem).isNull();
        assertThat(scan.modelName).isEqualTo("gpt");
        assertThat(scan.streamed).isTrue();
        assertThat(scan.usageWanted).isTrue();
        assertThat(scan.maxOutput).isEqualTo(20);
        assertThat(scan.n).isEqualTo(3);
        assertThat(scan.tier).isEqualTo("auto");
        assertThat(scan.keepsNothing).isTrue();
        assertThat(scan.base64).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"a\",\"model\":\"b\"}",
                "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}",
                "{\"\\u006Dodel\":\"a\",\"x\":1,\"model\":\"a\"}",
                "{\"model\":\"a\",\"Model\":\"b\"}",
                "{\"MODEL\":\"b\"}",
                "{\"model\":\"a\",\"n\":1,\"n\":2}",
                "{\"model\":\"a\",\"\u017fervice_tier\":\"x\"}",
                "{\"model\":\"a\",\"stream_options\":{\"include_usage\":true,\"include_usage\":false}}",
            })
    @Tag("S-11")
    void aWatchedKeyInTwoSpellingsIsRefused(String body) {
        assertThat(refusal(body).code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "null",
                "[]",
                "\"model\"",
                "{",
                "{\"model\":\"a\"",
                "{\"model\":\"a\"}}",
                "{\"model\":\"a\"} x",
                "{\"model\":\"a\"}{}",
                "{\"model\":\"a\",}",
                "{\"model\":\"a\",\"t\":NaN}",
                "{\"model\":\"a\",\"t\":Infinity}",
                "{\"model\":\"a\",\"t\":01}",
                "{\"model\":\"a\",\"t\":+1}",
                "{\"model\":\"a\",\"t\":1.}",
                "{'model':'a'}",
                "{model:\"a\"}",
                "{\"model\":\"a\",\"t\":\"\\x\"}",
                "{\"model\":\"a\" /* c */}",
                "{\"model\":\"a\",\"t\":\"\n\"}",
                "\ufeff{\"model\":\"a\"}",
            })
    void whatIsNotOneJsonObjectIsRefused(String body) {
        assertThat(refusal(body).code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @Test
    void otherEncodingsAreRefused() {
        String body = "{\"model\":\"a\"}";
        for (var charset : new java.nio.charset.Charset[] {
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16,
            java.nio.charset.Charset.forName("UTF-32LE"),
            java.nio.charset.Charset.forName("UTF-32BE")
        }) {
            RequestScan scan = RequestScan.of(Buffer.buffer(body.getBytes(charset)));
            assertThat(scan.problem).as(charset.name()).isNotNull();
        }
    }

    @Test
    void invalidUtf8IsRefusedWithItsPlace() {
        byte[] body = "{\"model\":\"a\",\"x\":\"__\"}".getBytes(StandardCharsets.UTF_8);
        body[18] = (byte) 0xc0;
        body[19] = (byte) 0xaf;
        RequestScan scan = RequestScan.of(Buffer.buffer(body));
        assertThat(requireNonNull(scan.problem).message()).contains("byte 18");
    }

    @Test
    @Tag("S-05")
    void depthIsBounded() {
        assertThat(scan(nested(RequestScan.MAX_DEPTH - 1)).problem).isNull();
        assertThat(refusal(nested(RequestScan.MAX_DEPTH)).message()).contains("128 levels");
        assertThat(refusal("{\"model\":\"a\",\"x\":" + "[".repeat(1_000_000)).message())
                .contains("128 levels");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|missing_required_parameter|model",
                "{\"model\":3}|invalid_value|model",
                "{\"model\":null}|invalid_value|model",
                "{\"model\":\"\"}|invalid_value|model",
                "{\"model\":[\"a\"]}|invalid_value|model",
                "{\"model\":\"a\",\"stream\":\"yes\"}|invalid_value|stream",
                "{\"model\":\"a\",\"stream_options\":1}|invalid_value|stream_options",
                "{\"model\":\"a\",\"n\":0}|invalid_value|n",
                "{\"model\":\"a\",\"n\":1.5}|invalid_value|n",
                "{\"model\":\"a\",\"n\":1e99}|invalid_value|n",
                "{\"model\":\"a\",\"max_tokens\":-1}|invalid_value|max_tokens",
                "{\"model\":\"a\",\"max_tokens\":\"5\"}|invalid_value|max_tokens",
                "{\"model\":\"a\",\"encoding_format\":\"hex\"}|invalid_value|encoding_format",
            })
    void aWrongValueNamesItsParameter(String body, String code, String param) {
        Problem problem = refusal(body);
        assertThat(problem.code().code()).isEqualTo(code);
        assertThat(problem.param()).isEqualTo(param);
    }

    @Test
    @Tag("S-22")
    void agreesWithAFullTreeOnGeneratedBodies() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        JsonBodies bodies = new JsonBodies(new Random(seed));
        for (int i = 0; i < 3_000; i++) {
            String body = bodies.body();
            JsonNode tree = ORACLE.readTree(body);
            RequestScan scan = scan(body);
            assertThat(scan.problem).as(body).isNull();
            assertThat(scan.modelName).as(body).isEqualTo(tree.get("model").textValue());
            assertThat(scan.streamed).as(body).isEqualTo(tree.path("stream").asBoolean(false));
            assertThat(scan.n).as(body).isEqualTo(tree.path("n").asInt(1));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            for (RequestScan.Field field : new RequestScan.Field[] {
                scan.model, scan.store, scan.background, scan.streamOptions, scan.maxTokens, scan.serviceTier
            }) {
                assertThat(field.present()).as(body).isEqualTo(tree.has(field.name));
                if (field.present()) {
                    assertThat(ORACLE.readTree(bytes, field.from, field.to - field.from))
                            .as("%s in %s", field.name, body)
                            .isEqualTo(tree.get(field.name));
                    assertThat(bytes[field.keyFrom]).isEqualTo((byte) '"');
                }
            }
        }
    }

    @Test
    @Tag("S-22")
    void agreesWithAFullTreeOnWhatIsJsonAtAll() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        JsonBodies bodies = new JsonBodies(random);
        for (int i = 0; i < 10_000; i++) {
            byte[] body = bodies.body().getBytes(StandardCharsets.UTF_8);
            for (int k = random.nextInt(3); k >= 0; k--) {
                body[random.nextInt(body.length)] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) "{}[]\",:\\ tfn0-.e".charAt(random.nextInt(16));
            }
            RequestScan scan = RequestScan.of(Buffer.buffer(body));
            boolean json = isJsonObject(body);
            if (scan.problem == null) {
                assertThat(json).as(new String(body, StandardCharsets.UTF_8)).isTrue();
            } else if (scan.problem.message().startsWith("The body is not valid JSON")) {
                assertThat(json).as(new String(body, StandardCharsets.UTF_8)).isFalse();
            }
        }
    }

    private static boolean isJsonObject(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return ORACLE.readTree(body).isObject();
        } catch (CharacterCodingException e) {
            return false;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static String nested(int levels) {
        return "{\"model\":\"a\",\"x\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
    }

    private static Problem refusal(String body) {
        return requireNonNull(scan(body).problem, body);
    }

    private static RequestScan scan(String body) {
        return RequestScan.of(Buffer.buffer(body));
    }
}
