package ai.doubleword.batch.files;

import ai.doubleword.platform.ProblemException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// For how long a file is kept, as clients write it in JSON.
///
/// @param anchor `created_at`, which is all there is
/// @param seconds from 3,600 to 2,592,000
public record ExpiresAfter(
        @Nullable String anchor, @Nullable Long seconds) {
    /// @param param as it is called in the request
    /// @throws ProblemException `invalid_value` if it is none
    public Duration life(String param) {
        if (anchor != null) {
            FileUploads.requireAnchor(param + ".anchor", anchor);
        }
        return Duration.ofSeconds(FileUploads.life(param + ".seconds", seconds == null ? "" : Long.toString(seconds)));
    }
}
