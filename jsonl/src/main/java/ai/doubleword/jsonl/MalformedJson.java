package ai.doubleword.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/// What the parser says of JSON that is none, for whoever sent it.
public final class MalformedJson {
    /// What it quotes: eight characters find the place, and hold no secret (S-03).
    private static final Pattern LONG_WORD = Pattern.compile("'([^']{8})[^']{8,}'");

    /// Where it is in the parser's own terms.
    private static final Pattern MARKER = Pattern.compile(" \\(start marker at \\[.*]\\)");

    private MalformedJson() {}

    /// One line without a full stop.
    public static String words(JsonProcessingException problem) {
        String first =
                String.valueOf(problem.getOriginalMessage()).lines().findFirst().orElse("");
        return LONG_WORD.matcher(MARKER.matcher(first).replaceAll("")).replaceAll("'$1…'");
    }
}
