package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/// `/v1/embeddings`: a vector is the normalized sum of one random direction per token, so that texts with words in
/// common point in similar directions, and a text and its token ids in the same.
final class EmbeddingAnswers {
    private EmbeddingAnswers() {}

    static AnswerPlan plan(Work work) {
        List<int[]> inputs = inputs(work.request().path("input"));
        int dimensions =
                work.request().path("dimensions").asInt(work.model().size().dimensions());
        if (dimensions < 1 || dimensions > work.model().size().dimensions()) {
            throw new Refusal(
                    400,
                    "invalid_value",
                    "dimensions",
                    "dimensions must be from 1 to " + work.model().size().dimensions());
        }
        String format = work.request().path("encoding_format").asText("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw new Refusal(400, "invalid_value", "encoding_format", "encoding_format must be float or base64");
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("object", "list");
        ArrayNode data = root.putArray("data");
        int tokens = 0;
        for (int[] input : inputs) {
            tokens += input.length;
            ObjectNode item = data.addObject();
            item.put("object", "embedding");
            item.put("index", data.size() - 1);
            write(item, vector(work, input, dimensions), format.equals("base64"));
        }
        root.put("model", work.publicName());
        if (!work.withoutUsage()) {
            root.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        }
        return AnswerPlan.json(
                work.model().pace().firstToken().sampleNanos(work.pacing()), 200, Buffer.buffer(root.toString()));
    }

    private static List<int[]> inputs(JsonNode input) {
        List<int[]> inputs = new ArrayList<>();
        if (input.isTextual()) {
            inputs.add(Tokens.encode(input.asText()));
        } else if (input.path(0).isInt()) {
            inputs.add(ids(input));
        } else {
            for (JsonNode item : input) {
                inputs.add(item.isTextual() ? Tokens.encode(item.asText()) : ids(item));
            }
        }
        if (inputs.isEmpty()) {
            throw new Refusal(400, "missing_required_parameter", "input", "input must be a text or a list");
        }
        return inputs;
    }

    private static int[] ids(JsonNode node) {
        int[] ids = new int[node.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!node.path(i).isInt()) {
                throw new Refusal(400, "invalid_value", "input", "input must hold texts or lists of token ids");
            }
            ids[i] = node.path(i).asInt();
        }
        return ids;
    }

    private static float[] vector(Work work, int[] tokens, int dimensions) {
        float[] sum = new float[dimensions];
        sum[0] = 1e-3f;
        for (int token : tokens) {
            Random direction = new Random(Seeds.mix(Seeds.of(token, work.model().name())));
            for (int i = 0; i < dimensions; i++) {
                sum[i] += (float) direction.nextGaussian();
            }
        }
        double square = 0;
        for (float x : sum) {
            square += (double) x * x;
        }
        float scale = (float) (1 / Math.sqrt(square));
        for (int i = 0; i < dimensions; i++) {
            sum[i] *= scale;
        }
        return sum;
    }

    private static void write(ObjectNode item, float[] vector, boolean base64) {
        if (base64) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
        } else {
            ArrayNode numbers = item.putArray("embedding");
            for (float x : vector) {
                numbers.add(x);
            }
        }
    }
}
