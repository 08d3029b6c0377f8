package ai.doubleword.platform;

import java.util.OptionalLong;

/// Base-62 digits `0-9A-Za-z`, most significant first, as all our public ids use them.
///
/// Stateless and thread-safe.
public final class Base62 {
    private static final byte[] DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /// Digits that any non-negative `long` fits in.
    public static final int LONG_DIGITS = 11;

    private Base62() {}

    /// Writes a non-negative number with exactly `digits` digits, padded with `0` on the left.
    ///
    /// @throws IllegalArgumentException if the number is negative or does not fit
    public static String encode(long number, int digits) {
        if (number < 0) {
            throw new IllegalArgumentException("negative: " + number);
        }
        byte[] text = new byte[digits];
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            text[i] = DIGITS[(int) (rest % 62)];
            rest /= 62;
        }
        if (rest != 0) {
            throw new IllegalArgumentException(number + " does not fit into " + digits + " digits");
        }
        return new String(text, java.nio.charset.StandardCharsets.US_ASCII);
    }

    /// Reads digits written by [#encode], or nothing if there is another character or the number exceeds a `long`.
    public static OptionalLong decode(CharSequence text) {
        if (text.isEmpty() || text.length() > LONG_DIGITS) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0 || number > (Long.MAX_VALUE - digit) / 62) {
                return OptionalLong.empty();
            }
            number = number * 62 + digit;
        }
        return OptionalLong.of(number);
    }

    /// The value of a digit, 0 to 61, or -1 for a character that is none.
    public static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A' + 10;
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 36;
        }
        return -1;
    }

    /// The digit for a value from 0 to 61.
    public static char character(int value) {
        return (char) DIGITS[value];
    }
}
