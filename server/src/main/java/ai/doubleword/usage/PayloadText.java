package ai.doubleword.usage;

import ai.doubleword.payloads.KeptPayload;
import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// A payload for people: JSON with a line for each field, everything else as it is.
///
/// @param askedCut whether only the beginning was kept
/// @param answeredCut whether only the beginning was kept
public record PayloadText(String asked, boolean askedCut, String answered, boolean answeredCut) {
    private static final ObjectMapper JSON = JsonFormat.trees();

    static PayloadText of(KeptPayload payload) {
        return new PayloadText(
                readable(payload.asked()), payload.askedCut(), readable(payload.answered()), payload.answeredCut());
    }

    private static String readable(String text) {
        try {
            JsonNode read = JSON.readTree(text);
            return read.isObject() ? JsonFormat.readable(read) : text;
        } catch (JsonProcessingException e) {
            // The events of a stream, or the beginning of something long.
            return text;
        }
    }
}
