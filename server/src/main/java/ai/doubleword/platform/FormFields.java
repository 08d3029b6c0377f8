package ai.doubleword.platform;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;

/// Reads what a browser's form sent: everything in it is text. Each method that cannot make sense of a field
/// throws `invalid_value` with the field's name.
public final class FormFields {
    private FormFields() {}

    /// A field as it was typed; empty if it was not sent.
    public static String text(MultivaluedMap<String, String> form, String field) {
        String value = form.getFirst(field);
        return value == null ? "" : value;
    }

    /// A whole number from 0, with or without separators; 0 if nothing was typed.
    ///
    /// @param most the largest that is taken
    public static long whole(String field, String text, long most) {
        if (text.isBlank()) {
            return 0;
        }
        try {
            long number = Long.parseLong(text.strip().replace(",", ""));
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw invalid(field, "'" + text.strip() + "' is not a whole number that can stand here.");
    }

    /// As [#whole], for what is an `int`.
    public static int count(String field, String text) {
        return (int) whole(field, text, Integer.MAX_VALUE);
    }

    /// How a number stands in a field where 0 is left out.
    public static String number(long number) {
        return number == 0 ? "" : Long.toString(number);
    }

    /// What is written one a line, or with commas between.
    public static List<String> lines(String text) {
        return text.lines()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /// The refusal of a field.
    public static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, field, message));
    }
}
