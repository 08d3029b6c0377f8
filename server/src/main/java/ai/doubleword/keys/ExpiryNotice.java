package ai.doubleword.keys;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Tells in each answer when the key ends that it was asked with, in the last 14 days: whoever runs the program
/// reads it before the program is refused. The overlap of a rotated key counts as well. Thread-safe; never blocks.
@Singleton
final class ExpiryNotice {
    /// The header, with a time such as `2027-01-31T00:00:00Z`.
    static final String HEADER = "x-key-expires-at";

    private static final long AHEAD_MILLIS = Duration.ofDays(14).toMillis();

    private final CurrentVertxRequest current;
    private final Clock clock;

    ExpiryNotice(CurrentVertxRequest current, Clock clock) {
        this.current = current;
        this.clock = clock;
    }

    /// To the answer of the request under way, on threads of resources.
    void add(Principal key) {
        add(key, current.getCurrent().response());
    }

    void add(Principal key, HttpServerResponse answer) {
        if (key.expiresAtMillis() - clock.millis() < AHEAD_MILLIS) {
            answer.putHeader(
                    HEADER,
                    Instant.ofEpochMilli(key.expiresAtMillis())
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString());
        }
    }
}
