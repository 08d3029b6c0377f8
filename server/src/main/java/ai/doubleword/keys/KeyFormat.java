package ai.doubleword.keys;

import ai.doubleword.platform.Base62;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The form of an API key: `dw_sk_<id>_<secret><crc>` or `dw_pk_…`, 57 characters in all.
///
/// `id` is 12 base-62 characters and public; `secret` is 32 of them from a secure source; `crc` is 6 of them, the
/// CRC-32 (as in zip) of everything before, most significant digit first. So a form or a secret scanner tells a real
/// key from a typing error without asking anybody. Stateless and thread-safe; nothing here allocates but [#id].
public final class KeyFormat {
    /// Characters of a key.
    public static final int LENGTH = 57;

    /// What every key matches; published for secret scanners. The checksum removes the rest of the doubt.
    public static final Pattern PATTERN = Pattern.compile("dw_[ps]k_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");

    static final int ID_LENGTH = 12;
    static final int SECRET_LENGTH = 32;
    static final int SECRET_START = 19;
    static final int CHECKED_LENGTH = LENGTH - 6;

    private static final int ID_START = 6;
    private static final long CRC_DIGITS_SPACE = 1L << 32;

    private KeyFormat() {}

    /// The type of a well-formed key with a right checksum; null for every other text, of whatever length.
    public static @Nullable KeyType check(CharSequence text) {
        if (text.length() != LENGTH) {
            return null;
        }
        KeyType type = text.charAt(3) == 's' ? KeyType.INFERENCE : KeyType.PLATFORM;
        String prefix = type.prefix();
        for (int i = 0; i < ID_START; i++) {
            if (text.charAt(i) != prefix.charAt(i)) {
                return null;
            }
        }
        for (int i = ID_START; i < LENGTH; i++) {
            if (i == SECRET_START - 1 ? text.charAt(i) != '_' : Base62.digit(text.charAt(i)) < 0) {
                return null;
            }
        }
        long claimed = 0;
        for (int i = CHECKED_LENGTH; i < LENGTH; i++) {
            claimed = claimed * 62 + Base62.digit(text.charAt(i));
        }
        return claimed < CRC_DIGITS_SPACE && claimed == checksum(text) ? type : null;
    }

    /// The public id within a text that [#check] found to be a key.
    public static String id(CharSequence key) {
        return key.subSequence(ID_START, ID_START + ID_LENGTH).toString();
    }

    /// Whether a text has the form of a key's public id.
    public static boolean isId(CharSequence text) {
        if (text.length() != ID_LENGTH) {
            return false;
        }
        for (int i = 0; i < ID_LENGTH; i++) {
            if (Base62.digit(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Puts a key together from its parts and appends the checksum.
    static String compose(KeyType type, String id, String secret) {
        String checked = type.prefix() + id + '_' + secret;
        return checked + Base62.encode(checksum(checked), LENGTH - CHECKED_LENGTH);
    }

    private static long checksum(CharSequence text) {
        CRC32 crc = new CRC32();
        for (int i = 0; i < CHECKED_LENGTH; i++) {
            crc.update(text.charAt(i));
        }
        return crc.getValue();
    }
}
