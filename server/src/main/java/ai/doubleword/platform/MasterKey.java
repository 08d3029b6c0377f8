package ai.doubleword.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// The one secret from which all others of this installation follow: 256 bits, in `HOME/secrets/master.key` or from
/// `DOUBLEWORD_MASTER_KEY`. Never used itself, only derived from. Thread-safe.
public final class MasterKey {
    private static final int BYTES = 32;

    private final Secret key;

    private MasterKey(Secret key) {
        this.key = key;
    }

    /// Takes a copy of 32 bytes.
    public static MasterKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a master key has 32 bytes, not " + bytes.length);
        }
        return new MasterKey(Secret.of(bytes));
    }

    /// Reads a key as it is written down: 32 bytes as base64 (44 characters) or as 64 hexadecimal digits.
    ///
    /// @param origin the file or setting, for the message; the text itself is never repeated
    /// @throws StartRefusedException when it is neither
    static MasterKey parse(String origin, String text) {
        String plain = text.strip();
        try {
            byte[] bytes = plain.length() == 2 * BYTES
                    ? HexFormat.of().parseHex(plain)
                    : Base64.getDecoder().decode(plain);
            return of(bytes);
        } catch (IllegalArgumentException e) {
            // Not as cause: its message may repeat a part of the key.
            throw new StartRefusedException(
                    origin + " is not a master key.",
                    "It is 32 bytes as base64 or hexadecimal digits; make one with: openssl rand -base64 32");
        }
    }

    /// A key for one purpose, 32 bytes (HKDF-SHA-256 with the purpose as info). The same purpose gives the same key on
    /// every node and at every start; nothing follows from it about the master key or other purposes.
    public byte[] derive(String purpose) {
        byte[] secret = key.reveal();
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt("doubleword".getBytes(StandardCharsets.US_ASCII))
                            .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 25 has HKDF-SHA-256", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
