package ai.doubleword.jsonl;

/// What is wrong with a line.
///
/// @param line number of the line in the file, from 1, empty lines counted; 0 for the file as a whole
/// @param field at fault, as in `custom_id` or `body.model`; empty for the line as a whole
/// @param reason for programs
/// @param message for people: what is wrong and, where it is not plain, what would be right; names line and field
public record LineProblem(int line, String field, Reason reason, String message) {

    /// Kinds of problems. Names are part of the API: they are never changed.
    public enum Reason {
        NOT_UTF8,
        NOT_JSON,
        DUPLICATE_FIELD,
        MISSING,
        WRONG_TYPE,
        INVALID,
        DUPLICATE_CUSTOM_ID,
        UNSUPPORTED_URL,
        MODEL_NOT_FOUND,
        MODEL_NOT_ALLOWED,
        MODEL_WRONG_TYPE,
        MODEL_NOT_OFFERED,
        TOO_LARGE,
        TOO_MANY_LINES,
        EMPTY_FILE;

        /// The value on the wire: the name in lower case.
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
