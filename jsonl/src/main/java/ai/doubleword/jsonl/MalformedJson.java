package ai.doubleword.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/// What the parser says of JSON that is none, for whoever sent it.
public final class MalformedJson {
    /// What it quotes: eight characters find the place, and hold no secret (S-03).
    private static final Pattern LONG_WORD = Pattern.compile("'([^']{8})[^']{8,}'");

    /// Where it is in the parser's own terms.
    private static final Pattern MARKER = Pattern.compile(" \\(start marker at \\[.*]\\)");

    /// What else could have stood there, which the parser lists in its own terms.
    private static final Pattern INSTEAD = Pattern.compile(": was expecting \\(.*");

    /// The number of a character beside it, and of one that cannot be shown.
    private static final Pattern SHOWN_CODE = Pattern.compile("\\(('.{1,2}') \\(code [^)]*\\)\\)");

    private static final Pattern HIDDEN_CODE = Pattern.compile("\\(\\(CTRL-CHAR, code (\\d+)\\)\\)");

    private MalformedJson() {}

    /// One line without a full stop.
    public static String words(JsonProcessingException problem) {
        String first =
                String.valueOf(problem.getOriginalMessage()).lines().findFirst().orElse("");
        String said = INSTEAD.matcher(MARKER.matcher(first).replaceAll("")).replaceAll("");
        String shown = SHOWN_CODE.matcher(said).replaceAll("$1");
        return LONG_WORD.matcher(HIDDEN_CODE.matcher(shown).replaceAll("$1")).replaceAll("'$1…'");
    }
}
