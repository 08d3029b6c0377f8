package ai.doubleword.batch.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a `Range` header asks for ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-range)). Several ranges and
/// other units are answered with the whole, as the standard allows.
sealed interface ByteRange {
    /// No range, or one that is answered with the whole.
    record Whole() implements ByteRange {}

    /// A run of bytes that is there.
    ///
    /// @param from of the first byte
    /// @param length at least 1
    record Part(long from, long length) implements ByteRange {}

    /// Nothing of it is there.
    record Unsatisfiable() implements ByteRange {}

    /// Reads a header.
    ///
    /// @param header empty for none
    /// @param size of what is asked for
    static ByteRange of(String header, long size) {
        Matcher match = Patterns.ONE.matcher(header);
        if (!match.matches()) {
            return new Whole();
        }
        String first = match.group(1);
        String last = match.group(2);
        if (first.isEmpty() && last.isEmpty()) {
            return new Whole();
        }
        if (first.isEmpty()) {
            long length = Math.min(number(last), size);
            return length == 0 ? new Unsatisfiable() : new Part(size - length, length);
        }
        long from = number(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
        if (to < from) {
            return new Whole();
        }
        return from >= size ? new Unsatisfiable() : new Part(from, Math.min(to, size - 1) - from + 1);
    }

    private static long number(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /// Interfaces have no private fields.
    final class Patterns {
        private static final Pattern ONE = Pattern.compile("bytes=([0-9]*)-([0-9]*)");

        private Patterns() {}
    }
}
