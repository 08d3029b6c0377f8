package ai.doubleword.batch.files;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Which lines of a file are asked for.
///
/// @param offset lines to pass over
/// @param limit most lines to answer; [Long#MAX_VALUE] for all
/// @param search text that a line must hold, whatever the case of its letters from A to Z; empty for every line
record ContentQuery(long offset, long limit, String search) {
    static final ContentQuery ALL = new ContentQuery(0, Long.MAX_VALUE, "");

    boolean isAll() {
        return offset == 0 && limit == Long.MAX_VALUE && search.isEmpty();
    }

    /// Whether lines of this query hold what is searched for.
    Matcher matcher() {
        byte[] wanted = search.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        return line -> contains(line, wanted);
    }

    /// See [#matcher].
    @FunctionalInterface
    interface Matcher {
        boolean matches(byte[] line);
    }

    private static boolean contains(byte[] line, byte[] wanted) {
        for (int i = 0; i + wanted.length <= line.length; i++) {
            int k = 0;
            while (k < wanted.length && lower(line[i + k]) == wanted[k]) {
                k++;
            }
            if (k == wanted.length) {
                return true;
            }
        }
        return false;
    }

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }
}
