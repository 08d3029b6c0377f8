package ai.doubleword.batch;

/// How a single line ended.
public enum LineEnd {
    COMPLETED,
    /// It has an answer, which ended early.
    INCOMPLETE,
    FAILED,
    CANCELLED
}
