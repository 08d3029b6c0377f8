package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which requests of the log. Empty and 0 mean any.
///
/// @param after the earliest arrival
/// @param before the latest
/// @param belowId requests of lower ids only: what follows a page
/// @param exactId this one only
/// @param key public id of a key
/// @param status an HTTP status, or its first digit for the whole class
/// @param tier null for all
/// @param cause null for all
/// @param leastMillis the shortest that a request took from arrival to its end
record RequestFilter(
        Instant after,
        Instant before,
        long belowId,
        long exactId,
        String model,
        String key,
        long batch,
        int status,
        @Nullable Tier tier,
        @Nullable Cause cause,
        long leastMillis) {

    /// All of a range of time.
    static RequestFilter between(Instant after, Instant before) {
        return new RequestFilter(after, before, 0, 0, "", "", 0, 0, null, null, 0);
    }

    /// One request.
    static RequestFilter of(long id) {
        Instant at = Instant.ofEpochMilli(Ids.millis(id));
        return new RequestFilter(at, at, 0, id, "", "", 0, 0, null, null, 0);
    }

    /// The same, going on behind a request.
    RequestFilter below(long id) {
        return id == 0
                ? this
                : new RequestFilter(
                        after,
                        earlier(before, Instant.ofEpochMilli(Ids.millis(id))),
                        id,
                        exactId,
                        model,
                        key,
                        batch,
                        status,
                        tier,
                        cause,
                        leastMillis);
    }

    /// Whether only failures are asked for, which have an index of their own.
    boolean failures() {
        return status >= 400 || status == 4 || status == 5;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
