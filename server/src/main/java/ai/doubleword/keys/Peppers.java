package ai.doubleword.keys;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The peppers that secrets are hashed under. Each derives from the master key and its own number, so none is ever
/// stored. Thread-safe.
final class Peppers {
    private static final String ALGORITHM = "HmacSHA256";

    private final Function<String, byte[]> derive;
    private final ConcurrentHashMap<Integer, SecretKeySpec> known = new ConcurrentHashMap<>();

    /// @param derive 32 bytes for a purpose, always the same
    Peppers(Function<String, byte[]> derive) {
        this.derive = derive;
    }

    /// A hash keyed with a pepper; not thread-safe, as its owner must know.
    Mac mac(int pepper) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key(pepper));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(ALGORITHM + " is in every JDK", e);
        }
    }

    private SecretKeySpec key(int pepper) {
        return known.computeIfAbsent(pepper, id -> {
            byte[] derived = derive.apply("pepper:" + id);
            try {
                return new SecretKeySpec(derived, ALGORITHM);
            } finally {
                Arrays.fill(derived, (byte) 0);
            }
        });
    }
}
