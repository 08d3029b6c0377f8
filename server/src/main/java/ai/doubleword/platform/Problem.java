package ai.doubleword.platform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What went wrong, as a value: the code of the catalogue and a message for this one case.
///
/// @param code the catalogue's entry, which fixes status and type
/// @param message what was wrong and what to do, for the person who reads it; holds no secret
/// @param param the request field at fault, if one is
/// @param retryAfter how long to wait before trying again, zero where that is not known; always present for 429 and 503
public record Problem(
        ErrorCode code,
        String message,
        @Nullable String param,
        @Nullable Duration retryAfter) {

    public Problem {
        if ((code.status() == 429 || code.status() == 503) && retryAfter == null) {
            retryAfter = Duration.ofSeconds(1);
        }
    }

    public static Problem of(ErrorCode code, String message) {
        return new Problem(code, message, null, null);
    }

    public static Problem ofParam(ErrorCode code, String param, String message) {
        return new Problem(code, message, param, null);
    }

    public static Problem retry(ErrorCode code, String message, Duration after) {
        return new Problem(code, message, null, after);
    }

    /// The same problem of a part of a larger request.
    ///
    /// @param path where that part stands, as in `models[2]`
    public Problem within(String path) {
        return new Problem(code, message, param == null ? path : path + "." + param, retryAfter);
    }

    /// The wait as the integer seconds of a `Retry-After` header: rounded up, at least 1; 0 if there is none.
    public long retryAfterSeconds() {
        return retryAfter == null ? 0 : Math.max(1, retryAfter.plusMillis(999).toSeconds());
    }
}
