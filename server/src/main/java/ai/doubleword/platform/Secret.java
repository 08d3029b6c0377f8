package ai.doubleword.platform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A secret that cannot be printed by accident: no `toString`, no `equals`, kept as bytes that [#close] wipes.
///
/// Thread-safe for reading; do not close it while another thread reads.
public final class Secret implements AutoCloseable {
    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Takes a copy of the bytes.
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    public static Secret of(CharSequence text) {
        return new Secret(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// A copy of the bytes, for the one call that needs them; the caller wipes it.
    public byte[] reveal() {
        return bytes.clone();
    }

    /// The secret as text, for the one place that must show or send it.
    public String revealText() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "‹secret›";
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
