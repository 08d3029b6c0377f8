package ai.doubleword.usage;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads query parameters, and says what is wrong with them.
final class Parameters {
    private Parameters() {}

    /// An RFC 3339 time, or a date alone, which is its beginning in UTC.
    ///
    /// @throws ProblemException `invalid_value`
    static Instant time(String name, @Nullable String text, Instant fallback) {
        if (text == null || text.isBlank()) {
            return fallback;
        }
        try {
            return text.indexOf('T') < 0 && text.indexOf(' ') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeParseException e) {
            throw invalid(name, "'" + name + "' must be a time such as 2026-05-01T00:00:00Z.");
        }
    }

    /// The values of a list that may be repeated, repeated with brackets, or comma-separated.
    static List<String> list(List<String> plain, List<String> bracketed) {
        return java.util.stream.Stream.concat(plain.stream(), bracketed.stream())
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /// The value of a list of names, in lower case; null for no text.
    ///
    /// @throws ProblemException `invalid_value` for what is none of them
    static <E extends Enum<E>> @Nullable E choice(String name, String text, E[] values) {
        if (text.isBlank()) {
            return null;
        }
        for (E value : values) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text.strip())) {
                return value;
            }
        }
        throw invalid(
                name,
                "'" + name + "' must be one of "
                        + Arrays.stream(values)
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /// Dollars as a decimal string, without trailing zeros and without an exponent.
    static String dollars(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    static ProblemException invalid(String name, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, name, message));
    }
}
