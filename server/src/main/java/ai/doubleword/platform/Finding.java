package ai.doubleword.platform;

/// One thing about the configuration that its author should know.
///
/// @param severity whether the server can start with it
/// @param where file and line, environment variable, or flag
/// @param key the setting; empty where the finding is about the file
/// @param wrong what is wrong, as the rest of a sentence that begins with the key
/// @param fix what to do, as a sentence
public record Finding(Severity severity, String where, String key, String wrong, String fix) {
    public enum Severity {
        ERROR,
        WARNING
    }

    /// `doubleword.yaml:3: error: server.port "80a" is no whole number. Write …`
    @Override
    public String toString() {
        String grade = severity == Severity.ERROR ? "error" : "warning";
        return where + ": " + grade + ": " + (key.isEmpty() ? "" : key + " ") + wrong + ". " + fix;
    }
}
