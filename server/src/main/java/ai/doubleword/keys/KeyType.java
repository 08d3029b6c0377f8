package ai.doubleword.keys;

/// What an API key is for.
public enum KeyType {
    /// Calls models: `dw_sk_…`.
    INFERENCE("dw_sk_"),
    /// Manages the account: `dw_pk_…`.
    PLATFORM("dw_pk_");

    private final String prefix;

    KeyType(String prefix) {
        this.prefix = prefix;
    }

    /// What every key of this type begins with.
    public String prefix() {
        return prefix;
    }
}
