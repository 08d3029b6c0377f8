package ai.doubleword.console;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/// How far something is that is made of parts which end well or fail. Templates show it with the tag `progress`.
///
/// @param total all parts
/// @param ok those that ended well
/// @param failed those that failed
public record Progress(long total, long ok, long failed) {
    /// The width of what ended well, of 100.
    public BigDecimal okWidth() {
        return share(ok);
    }

    /// The width of what failed, of 100; whatever failed is seen.
    public BigDecimal failedWidth() {
        return failed == 0 ? BigDecimal.ZERO : share(failed).max(BigDecimal.ONE);
    }

    /// Whole percents that are done; 100 only when all is.
    public long percent() {
        return total == 0 ? 100 : (ok + failed) * 100 / total;
    }

    /// What it says to who cannot see it.
    public String label() {
        return String.format(
                Locale.ROOT, "%,d of %,d done%s", ok + failed, total, failed == 0 ? "" : ", of them failed: " + failed);
    }

    private BigDecimal share(long part) {
        return total == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(part * 100)
                        .divide(BigDecimal.valueOf(total), 2, RoundingMode.HALF_UP)
                        .min(BigDecimal.valueOf(100));
    }
}
