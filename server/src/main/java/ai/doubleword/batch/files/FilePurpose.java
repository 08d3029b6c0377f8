package ai.doubleword.batch.files;

import java.util.Locale;

/// What a file is for.
public enum FilePurpose {
    /// Requests that somebody uploaded.
    BATCH,
    /// Answers, and with inline errors failures too, that a batch writes.
    BATCH_OUTPUT,
    /// Failures that a batch writes. OpenAI calls it `batch_output` too.
    BATCH_ERROR;

    /// The value on the wire.
    public String wire() {
        return this == BATCH ? "batch" : "batch_output";
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    static FilePurpose ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }
}
