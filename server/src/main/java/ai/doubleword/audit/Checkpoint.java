package ai.doubleword.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;

/// What the log was at a moment, signed. Kept outside of the database it proves that rows were taken off the end.
///
/// @param seq the last row then; all before it are covered by its hash
/// @param signature as base64
record Checkpoint(long seq, Hash hash, Instant at, String signature) {
    private static final int SIGNED = Long.BYTES + 32 + Long.BYTES;
    private static final int SIGNATURE = 64;

    static byte[] signed(long seq, Hash hash, Instant at) {
        return ByteBuffer.allocate(SIGNED)
                .putLong(seq)
                .put(hash.bytes())
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at))
                .array();
    }

    byte[] signed() {
        return signed(seq, hash, at);
    }

    /// As it stands in the server's log.
    String text() {
        byte[] all = ByteBuffer.allocate(SIGNED + SIGNATURE)
                .put(signed())
                .put(Base64.getDecoder().decode(signature))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    static Optional<Checkpoint> parse(String text) {
        try {
            byte[] all = Base64.getUrlDecoder().decode(text);
            if (all.length != SIGNED + SIGNATURE) {
                return Optional.empty();
            }
            ByteBuffer buffer = ByteBuffer.wrap(all);
            long seq = buffer.getLong();
            byte[] hash = new byte[32];
            buffer.get(hash);
            Instant at = Instant.EPOCH.plus(buffer.getLong(), ChronoUnit.MICROS);
            byte[] signature = new byte[SIGNATURE];
            buffer.get(signature);
            return Optional.of(
                    new Checkpoint(seq, new Hash(hash), at, Base64.getEncoder().encodeToString(signature)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
