package ai.doubleword.jsonl;

/// Whether a model may be named by a line.
public enum ModelFit {
    /// It serves the line's endpoint.
    FITS,
    /// There is none of this name, or the account may not see it.
    UNKNOWN,
    /// The key's scopes do not include it.
    NOT_ALLOWED,
    /// It is of another type than the endpoint needs.
    WRONG_TYPE,
    /// It is not sold for batches.
    NOT_OFFERED
}
