package ai.doubleword.gateway;

import ai.doubleword.platform.ErrorBody;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import ai.doubleword.providers.Target;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.ReportedUsage;
import ai.doubleword.usage.TokenUsage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an upstream's answer means to the client: a whole answer with our model's name, or what its failure is called.
/// Stateless but for the values it returns; event-loop code, errors build small trees, answers do not.
///
/// @param body what the client gets
/// @param usage what the answer reports, if it does
/// @param outputLength characters of output in it
/// @param cutShort whether a choice ended before it was done
record UpstreamAnswer(Buffer body, @Nullable TokenUsage usage, long outputLength, boolean cutShort) {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final int MESSAGE_LIMIT = 2000;
    private static final List<String> MESSAGES =
            List.of("/error/message", "/message", "/response/error/message", "/error", "/detail", "/detail/0/msg");
    private static final Pattern URL = Pattern.compile("(?i)\\b(?:https?|wss?|grpc)://[^\\s\"'<>)\\]]+");
    private static final Pattern CREDENTIAL = Pattern.compile(
            "(?i)\\bbearer\\s+[^\\s\"',]+|\\b(?:sk|pk|dw|hf|gsk|key|api|xai|nvapi)[-_][A-Za-z0-9_\\-*.]{6,}");
    private static final Pattern HOST =
            Pattern.compile("\\b(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d{1,5})?\\b|\\blocalhost(?::\\d{1,5})?\\b"
                    + "|\\b[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\\.){1,8}(?:com|net|org|io|ai|dev|cloud|local|internal|svc|lan)"
                    + "(?::\\d{1,5})?\\b");

    /// A refusal as the client gets it.
    record Refusal(Problem problem, Buffer body) {}

    /// Reads a whole answer of status 200.
    ///
    /// @return null if it is empty, no JSON object, or reports an error
    static @Nullable UpstreamAnswer read(@Nullable Buffer body, String publicModel, boolean base64) {
        return read(body, publicModel, base64, new AnswerScan());
    }

    /// The same for a response.
    static @Nullable UpstreamAnswer readResponse(@Nullable Buffer body, String publicModel) {
        return read(body, publicModel, false, new AnswerScan(true));
    }

    private static @Nullable UpstreamAnswer read(
            @Nullable Buffer body, String publicModel, boolean base64, AnswerScan scan) {
        if (body == null) {
            return null;
        }
        Bytes bytes = Bytes.of(body);
        scan.read(bytes.array(), bytes.from(), bytes.to(), false);
        if (!scan.valid || scan.error) {
            return null;
        }
        ReportedUsage reported = scan.reported();
        if (reported == null) {
            // Rare: an estimate needs the length of the output, which costs decoding it.
            scan.read(bytes.array(), bytes.from(), bytes.to(), true);
        }
        Edits edits = new Edits();
        if (scan.modelTo > 0) {
            byte[] name = Bytes.quoted(publicModel);
            int from = bytes.from() + scan.modelFrom;
            if (!java.util.Arrays.equals(bytes.array(), from, bytes.from() + scan.modelTo, name, 0, name.length)) {
                edits.replace(scan.modelFrom, scan.modelTo, name);
            }
        }
        if (base64) {
            Base64Floats.encode(bytes, edits);
        }
        return new UpstreamAnswer(
                edits.apply(body), reported == null ? null : reported.usage(), scan.outputLength, scan.cutShort);
    }

    /// Whether a status says that the request itself is wrong, so that no other target would take it.
    static boolean isTheRequestsFault(int status) {
        return status == 400 || status == 413 || status == 415 || status == 422;
    }

    /// What it is called when no provider of a model knows it: nothing that trying again could change.
    static Problem unknownModel(String publicModel) {
        return Problem.ofParam(
                ErrorCode.MODEL_NOT_FOUND,
                "model",
                "The provider of '" + publicModel + "' has no model of the name that it is mapped to. An administrator"
                        + " can correct that on the page Models and routes.");
    }

    /// What a status that no client caused is called. 401, 402 and 403 are about our account there and say no more
    /// than the others.
    static Problem problemOf(int status, long retryAfterMillis) {
        if (status == 429 || status == 503) {
            return Problem.retry(
                    ErrorCode.NO_CAPACITY,
                    "Every provider of the model is at its limit; try again shortly.",
                    // Zero where it did not say: batches that only run fewer at once then need not stop for it.
                    Duration.ofMillis(retryAfterMillis));
        }
        if (status == 504 || status == 408) {
            return Problem.of(ErrorCode.UPSTREAM_TIMEOUT, "The provider did not answer in time.");
        }
        return Problem.of(
                ErrorCode.UPSTREAM_ERROR,
                status == 200
                        ? "The provider did not answer with a stream."
                        : "No provider of the model gave a usable answer.");
    }

    static Problem problemOf(Upstream.Failure failure) {
        return switch (failure.kind()) {
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT ->
                Problem.of(ErrorCode.UPSTREAM_TIMEOUT, "The provider did not answer in time.");
            case CONNECT, REFUSED_ADDRESS ->
                Problem.of(ErrorCode.UPSTREAM_ERROR, "The provider of the model cannot be reached.");
            case DISCONNECTED, PROTOCOL ->
                Problem.of(ErrorCode.UPSTREAM_ERROR, "The provider of the model broke off its answer.");
        };
    }

    /// @return milliseconds from a `Retry-After` in seconds; 0 for none, or another form
    static long retryAfterMillis(@Nullable String header) {
        if (header == null || header.isEmpty() || header.length() > 6) {
            return 0;
        }
        long seconds = 0;
        for (int i = 0; i < header.length(); i++) {
            int digit = header.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            seconds = seconds * 10 + digit;
        }
        return seconds * 1000;
    }

    /// The provider's own words about a request that it refuses, with our model's name and without its addresses.
    static Refusal refusal(int status, @Nullable Buffer body, String publicModel, Target target, String requestId) {
        JsonNode said = parse(body == null ? new byte[0] : body.getBytes());
        JsonNode error = said.path("error").isObject() ? said.path("error") : said;
        String message = scrub(message(said), publicModel, target);
        JsonNode param = error.path("param");
        Problem problem = new Problem(
                status == 413 ? ErrorCode.REQUEST_TOO_LARGE : ErrorCode.INVALID_VALUE,
                message,
                param.isTextual() ? param.textValue() : null,
                null);
        byte[] envelope = ErrorBody.openAi(problem, requestId);
        String code = error.path("code").asText("");
        if (code.matches("[a-z][a-z0-9_]{1,60}")) {
            // The provider's code says more than ours, and SDKs know the common ones.
            ObjectNode tree = (ObjectNode) parse(envelope);
            ((ObjectNode) tree.get("error")).put("code", code);
            envelope = tree.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        return new Refusal(problem, Bytes.buffer(envelope));
    }

    /// What an error event in a stream says, scrubbed.
    static String eventMessage(byte[] event, String publicModel, Target target) {
        return scrub(message(parse(event)), publicModel, target);
    }

    private static JsonNode parse(byte[] json) {
        try {
            JsonNode tree = JSON.readTree(json);
            return tree == null ? JSON.missingNode() : tree;
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    private static String message(JsonNode said) {
        for (String pointer : MESSAGES) {
            JsonNode message = said.at(pointer);
            if (message.isTextual() && !message.textValue().isBlank()) {
                return message.textValue();
            }
        }
        return "The provider refused the request without saying why.";
    }

    private static String scrub(String message, String publicModel, Target target) {
        String text = target.upstream().withoutSecrets(message);
        text = text.length() > MESSAGE_LIMIT ? text.substring(0, MESSAGE_LIMIT) + "…" : text;
        text = text.replace(target.upstreamModel(), publicModel);
        text = URL.matcher(text).replaceAll("(address)");
        text = CREDENTIAL.matcher(text).replaceAll("(credential)");
        return HOST.matcher(text).replaceAll("(address)");
    }
}
