package ai.doubleword.billing;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// An exact amount of money in billionths of a US dollar. On the wire it is a decimal string of dollars.
///
/// @param value nano-dollars; at most about ±9.2 billion dollars
public record NanoDollars(long value) implements Comparable<NanoDollars> {
    public static final NanoDollars ZERO = new NanoDollars(0);
    private static final int SCALE = 9;

    /// Reads dollars such as `0.0004`.
    ///
    /// @throws NumberFormatException if it is no decimal number
    /// @throws ArithmeticException if it has more than nine decimals or is out of range
    public static NanoDollars ofDollars(String dollars) {
        return new NanoDollars(new BigDecimal(dollars)
                .setScale(SCALE, RoundingMode.UNNECESSARY)
                .unscaledValue()
                .longValueExact());
    }

    /// @throws ArithmeticException on overflow
    public NanoDollars plus(NanoDollars other) {
        return new NanoDollars(Math.addExact(value, other.value));
    }

    /// Dollars without trailing zeros and without an exponent: `0.0004`, `12`, `0`.
    public String toDollars() {
        BigDecimal dollars = BigDecimal.valueOf(value, SCALE).stripTrailingZeros();
        return dollars.signum() == 0 ? "0" : dollars.toPlainString();
    }

    @Override
    public int compareTo(NanoDollars other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "$" + toDollars();
    }
}
