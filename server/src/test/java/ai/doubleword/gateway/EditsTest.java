package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.providers.ResponsesSupport;
import ai.doubleword.providers.Target;
import ai.doubleword.providers.TargetState;
import ai.doubleword.providers.Upstream;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EditsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void nothingToChangeGivesTheSameBuffer() {
        Buffer body = Buffer.buffer("{ \"model\" : \"up\" }");
        assertThat(edited(body, "up", Target.Quirks.DEFAULT)).isSameAs(body);
    }

    @Test
    void theRestStaysByteForByte() {
        Buffer body = Buffer.buffer(
                "{ \"t\":1.0e0 ,\"store\" : true, \"model\":\"gpt\",\"stream\": true,\"service_tier\":\"auto\"}");
        assertThat(edited(body, "org/up", Target.Quirks.DEFAULT).toString())
                .isEqualTo("{ \"t\":1.0e0 , \"model\":\"org/up\",\"stream\": true,"
                        + "\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void membersAtTheFrontGoWithTheCommaAfterThem() {
        Buffer body = Buffer.buffer("{\"store\":1, \"background\":2, \"model\":\"gpt\"}");
        assertThat(edited(body, "gpt", Target.Quirks.DEFAULT).toString()).isEqualTo("{\"model\":\"gpt\"}");
    }

    @Test
    @Tag("S-22")
    void anEditedBodyIsTheOriginalWithExactlyTheChanges() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        JsonBodies bodies = new JsonBodies(random);
        for (int i = 0; i < 3_000; i++) {
            String body = bodies.body();
            Target.Quirks quirks = new Target.Quirks(
                    random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), ResponsesSupport.NONE);
            Buffer edited = edited(Buffer.buffer(body), "up\u00e4\"x", quirks);
            ObjectNode expected = (ObjectNode) JSON.readTree(body);
            expected.put("model", "up\u00e4\"x");
            if (!quirks.takesServiceTier()) {
                expected.remove("service_tier");
                expected.remove("store");
                expected.remove("background");
            }
            if (!quirks.takesBase64()
                    && expected.path("encoding_format").asText().equals("base64")) {
                expected.remove("encoding_format");
            }
            if (quirks.takesStreamUsage() && expected.path("stream").asBoolean(false)) {
                if (!expected.path("stream_options").isObject()) {
                    expected.putObject("stream_options");
                }
                ((ObjectNode) expected.get("stream_options")).put("include_usage", true);
            }
            assertThat(JSON.readTree(edited.getBytes())).as(body).isEqualTo(expected);
            expected.remove("stream_options");
            ObjectNode order = (ObjectNode) JSON.readTree(edited.getBytes());
            order.remove("stream_options");
            assertThat(JSON.writeValueAsString(order)).as(body).isEqualTo(JSON.writeValueAsString(expected));
        }
    }

    private static Buffer edited(Buffer body, String upstreamModel, Target.Quirks quirks) {
        RequestScan scan = RequestScan.of(body);
        assertThat(scan.problem).as(body.toString()).isNull();
        return Edits.forTarget(body, scan, target(upstreamModel, quirks)).apply(body);
    }

    private static Target target(String upstreamModel, Target.Quirks quirks) {
        Upstream nowhere = (request, listener) -> {
            throw new AssertionError("nothing is sent");
        };
        TargetState open = new TargetState() {
            @Override
            public boolean tryAcquire() {
                return true;
            }

            @Override
            public void succeeded(long nanos) {}

            @Override
            public void failed(long retryAfterMillis) {}

            @Override
            public void abandoned() {}

            @Override
            public long retryAfterMillis() {
                return 0;
            }
        };
        return new Target(1, "p", upstreamModel, 1, 0, quirks, nowhere, open);
    }
}
