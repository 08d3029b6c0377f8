package ai.doubleword.providers;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// What a request to the local embedding model asks for.
///
/// @param model the name to answer with
/// @param texts what to embed; token ids are decoded with cl100k, as OpenAI's clients make them
/// @param base64 whether vectors are written as base64 of little-endian floats
/// @param dimensions how long the vectors are to be
record EmbeddingRequest(String model, List<String> texts, boolean base64, int dimensions) {
    private static final int MOST_INPUTS = 2_048;
    private static final ObjectMapper JSON = JsonFormat.trees();

    /// The vocabulary takes a moment to load: it is loaded by the first request with token ids.
    private static final class Vocabulary {
        private static final Encoding CL100K =
                Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
    }

    /// The request cannot be answered: `invalid_value` for one of its parameters.
    static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String param;

        InvalidException(String param, String message) {
            super(message);
            this.param = param;
        }

        String param() {
            return param;
        }
    }

    /// @param dimensions that the model has
    static EmbeddingRequest parse(Buffer body, int dimensions) throws InvalidException {
        JsonNode root;
        try {
            root = JSON.readTree(body.getBytes());
        } catch (JsonProcessingException e) {
            throw new InvalidException("body", "The body is not JSON.");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        String format = root.path("encoding_format").asText("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw new InvalidException("encoding_format", "'encoding_format' must be 'float' or 'base64'.");
        }
        JsonNode wanted = root.path("dimensions");
        int length = wanted.isMissingNode() || wanted.isNull() ? dimensions : wanted.asInt(0);
        if (length < 1 || length > dimensions) {
            throw new InvalidException(
                    "dimensions", "'dimensions' must be an integer from 1 to " + dimensions + " for this model.");
        }
        return new EmbeddingRequest(
                root.path("model").asText(), texts(root.path("input")), format.equals("base64"), length);
    }

    private static List<String> texts(JsonNode input) throws InvalidException {
        if (input.isTextual()) {
            return List.of(text(input));
        }
        if (!input.isArray() || input.isEmpty()) {
            throw new InvalidException("input", "'input' must be a string, an array of strings, or token ids.");
        }
        if (input.get(0).isIntegralNumber()) {
            return List.of(decode(input));
        }
        if (input.size() > MOST_INPUTS) {
            throw new InvalidException("input", "'input' must not have more than " + MOST_INPUTS + " elements.");
        }
        List<String> texts = new ArrayList<>(input.size());
        for (JsonNode element : input) {
            texts.add(element.isArray() ? decode(element) : text(element));
        }
        return texts;
    }

    private static String text(JsonNode text) throws InvalidException {
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw new InvalidException(
                    "input", "'input' must not hold an empty string, or anything but strings or token ids.");
        }
        return text.textValue();
    }

    private static String decode(JsonNode tokens) throws InvalidException {
        IntArrayList ids = new IntArrayList(tokens.size());
        for (JsonNode token : tokens) {
            if (!token.isIntegralNumber() || !token.canConvertToInt() || token.intValue() < 0) {
                throw new InvalidException("input", "'input' mixes token ids with something else.");
            }
            ids.add(token.intValue());
        }
        try {
            String text = Vocabulary.CL100K.decode(ids);
            if (!text.isEmpty()) {
                return text;
            }
        } catch (RuntimeException e) {
            // jtokkit has no type of exception for a token it does not know.
            throw new InvalidException("input", "'input' holds a token id that cl100k_base does not have.");
        }
        throw new InvalidException("input", "'input' must not be empty.");
    }
}
