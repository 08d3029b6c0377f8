package ai.doubleword.batch.files;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Within what time a batch is to be done.
///
/// @param text as its user wrote it
/// @param length how long it is; nothing for `background`, which has no deadline
public record CompletionWindow(String text, Optional<Duration> length) {
    /// The shortest with a deadline; [#LONGEST] is the longest.
    public static final Duration SHORTEST = Duration.ofMinutes(15);
    /// See [#SHORTEST].
    public static final Duration LONGEST = Duration.ofDays(7);

    private static final String BACKGROUND = "background";
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([mhd])");

    /// Reads `15m`, `1h`, `24h`, `7d`, `background`.
    ///
    /// @throws ProblemException `invalid_value` for anything else
    public static CompletionWindow parse(String text) {
        if (text.equals(BACKGROUND)) {
            return new CompletionWindow(text, Optional.empty());
        }
        Duration length = lengthOf(text);
        if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "completion_window",
                    "`completion_window` must be 1h, 24h, any other time from 15m to 7d, or background."));
        }
        return new CompletionWindow(text, Optional.of(length));
    }

    /// The tier that a window buys.
    public Tier tier() {
        return length.isPresent() ? Tier.BATCH : Tier.BACKGROUND;
    }

    /// The length of a window such as `1h`; zero for what is none.
    public static Duration lengthOf(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Duration.ZERO;
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
