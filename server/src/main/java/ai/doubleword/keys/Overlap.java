package ai.doubleword.keys;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.time.Duration;

/// How long the old key goes on working after a rotation.
public enum Overlap {
    NONE("0", Duration.ZERO),
    HOUR("1h", Duration.ofHours(1)),
    DAY("24h", Duration.ofHours(24)),
    WEEK("7d", Duration.ofDays(7));

    private final String wire;
    private final Duration duration;

    Overlap(String wire, Duration duration) {
        this.wire = wire;
        this.duration = duration;
    }

    public Duration duration() {
        return duration;
    }

    /// @throws ProblemException `invalid_value` for anything but `0`, `1h`, `24h`, `7d`
    public static Overlap of(String wire) {
        for (Overlap overlap : values()) {
            if (overlap.wire.equals(wire)) {
                return overlap;
            }
        }
        throw new ProblemException(
                Problem.ofParam(ErrorCode.INVALID_VALUE, "overlap", "overlap is one of 0, 1h, 24h, 7d."));
    }
}
