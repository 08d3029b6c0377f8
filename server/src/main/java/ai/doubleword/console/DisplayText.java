package ai.doubleword.console;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// How values read on every page: one form for times, one for money, one for counts. Templates say `inject:text`.
/// Immutable, thread-safe.
@Named("text")
@Singleton
public final class DisplayText {
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final int NANO_DECIMALS = 9;
    private static final int SIGNIFICANT = 3;

    private final Clock clock;

    DisplayText(Clock clock) {
        this.clock = clock;
    }

    /// A time in relation to now: `just now`, `5 minutes ago`, `in 3 days`. `times.js` says the same.
    public String ago(Instant time) {
        long seconds = Duration.between(time, clock.instant()).toSeconds();
        long distance = Math.abs(seconds);
        if (distance < 10) {
            return seconds < 0 ? "in a moment" : "just now";
        }
        String words = distance < 60
                ? counted(distance, "second")
                : distance < 3_600
                        ? counted(distance / 60, "minute")
                        : distance < 86_400
                                ? counted(distance / 3_600, "hour")
                                : distance < 2_592_000
                                        ? counted(distance / 86_400, "day")
                                        : distance < 31_536_000
                                                ? counted(distance / 2_592_000, "month")
                                                : counted(distance / 31_536_000, "year");
        return seconds < 0 ? "in " + words : words + " ago";
    }

    /// Whether an expected time is less than a minute ahead, or past while it was expected.
    public boolean soon(Instant time) {
        return time.isBefore(clock.instant().plusSeconds(60));
    }

    /// A time as it is, in UTC, to the second.
    public String utc(Instant time) {
        return UTC.format(time);
    }

    /// A day in UTC: `5 Nov 2026`.
    public String day(Instant time) {
        return DAY.format(time);
    }

    /// Nano-dollars with as many digits as say something: `$1,204.50`, `$0.25`, `$0.0004`, `$0`.
    public String money(long nanos) {
        return dollars(BigDecimal.valueOf(nanos, NANO_DECIMALS));
    }

    /// Dollars in the same form.
    public String dollars(BigDecimal dollars) {
        if (dollars.signum() == 0) {
            return "$0";
        }
        BigDecimal size = dollars.abs();
        String sign = dollars.signum() < 0 ? "−$" : "$";
        if (size.compareTo(BigDecimal.ONE) >= 0) {
            return sign + String.format(Locale.ROOT, "%,.2f", size.setScale(2, RoundingMode.HALF_UP));
        }
        BigDecimal rounded =
                size.round(new MathContext(SIGNIFICANT, RoundingMode.HALF_UP)).stripTrailingZeros();
        return sign + (rounded.scale() < 2 ? rounded.setScale(2, RoundingMode.UNNECESSARY) : rounded).toPlainString();
    }

    /// Dollars as the API writes them, in the same form.
    public String dollarText(String dollars) {
        return dollars(new BigDecimal(dollars));
    }

    /// Text as it stands in the query of an address.
    public String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// A count with separators: `12,345`.
    public String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// As [#count(long)]; templates tell the two types apart.
    public String count(int number) {
        return count((long) number);
    }

    /// A count in few characters: `950`, `12.3K`, `4.56M`.
    public String brief(long number) {
        String[] units = {"", "K", "M", "B", "T"};
        double rest = number;
        int unit = 0;
        while (Math.abs(rest) >= 1_000 && unit < units.length - 1) {
            rest /= 1_000;
            unit++;
        }
        if (unit == 0) {
            return Long.toString(number);
        }
        int decimals = rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
        return BigDecimal.valueOf(rest)
                        .setScale(decimals, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                + units[unit];
    }

    /// As [#millis(double)], for whole milliseconds; templates tell the two types apart.
    public String millis(int millis) {
        return millis((double) millis);
    }

    /// A time span in milliseconds: `0.4 ms`, `83 ms`, `1.24 s`.
    public String millis(double millis) {
        return millis >= 1_000
                ? String.format(Locale.ROOT, "%.2f s", millis / 1_000)
                : millis >= 10
                        ? String.format(Locale.ROOT, "%.0f ms", millis)
                        : String.format(Locale.ROOT, "%.1f ms", millis);
    }

    /// A rate: `48/s`, `7.5/s`.
    public String perSecond(double rate) {
        return String.format(Locale.ROOT, rate >= 10 ? "%,.0f/s" : "%.1f/s", rate);
    }

    /// A share of 1, never rounded up to all: `99.95 %`, `100 %`.
    public String percent(double share) {
        BigDecimal percent = BigDecimal.valueOf(share * 100).setScale(2, RoundingMode.DOWN);
        return percent.stripTrailingZeros().toPlainString() + " %";
    }

    private static String counted(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
