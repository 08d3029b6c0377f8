package ai.doubleword.platform;

import java.time.Duration;
import java.util.Locale;

/// How sizes and spans of time read: `1.4 GiB`, `3 d 4 h`.
public final class Sizes {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Sizes() {}

    /// Bytes, in the largest unit that leaves at least one.
    public static String bytes(long bytes) {
        double rest = bytes;
        int unit = 0;
        while (rest >= 1_024 && unit < UNITS.length - 1) {
            rest /= 1_024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, rest >= 100 ? "%.0f %s" : "%.1f %s", rest, UNITS[unit]);
    }

    /// A span in its two largest units; below a second in milliseconds.
    public static String span(Duration span) {
        long seconds = span.toSeconds();
        if (seconds == 0) {
            return span.toMillis() + " ms";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3_600 + " h";
    }
}
