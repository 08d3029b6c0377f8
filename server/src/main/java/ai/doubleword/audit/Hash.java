package ai.doubleword.audit;

import java.util.Arrays;
import java.util.HexFormat;

/// 32 bytes that are compared by content.
final class Hash {
    /// What stands before the first row.
    static final Hash NONE = new Hash(new byte[32]);

    private final byte[] bytes;

    Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
