package ai.doubleword.audit;

import ai.doubleword.platform.MasterKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Computes the hash that chains a row to the one before. It is keyed from the master key: whoever can write to the
/// database alone cannot make a chain of their own. Thread-safe.
final class Chain {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Chain(MasterKey master) {
        this.key = new SecretKeySpec(master.derive("audit chain"), ALGORITHM);
    }

    /// The hash of a row, whatever it says its hash is.
    Hash after(Hash before, AuditRow row) {
        Mac mac = mac();
        mac.update(before.bytes());
        mac.update(ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(row.seq())
                .putLong(ChronoUnit.MICROS.between(java.time.Instant.EPOCH, row.at()))
                .putLong(row.actor())
                .putLong(row.account())
                .array());
        for (String text : List.of(
                row.kind(), row.credential(), row.client(), row.request(), row.subject(), row.was(), row.became())) {
            // Lengths before the texts: no two rows have the same bytes.
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            mac.update(bytes);
        }
        return new Hash(mac.doFinal());
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(ALGORITHM + " is in every JDK", e);
        }
    }
}
