package ai.doubleword.jsonl;

/// Counts tokens without a tokenizer: of a line before it runs, for admission, before the upstream has counted, and for
/// billing where it never
/// does. One pass over bytes and no allocation, about a nanosecond a byte, so that event loops may call it; a real
/// tokenizer costs a hundred times that and would still be the wrong one for most models.
///
/// What it counts: an ASCII word is a token and one more for each seven letters after the first seven; three digits
/// are a token; marks are a token for each two; a blank goes with the word after it; a character of two bytes
/// (Cyrillic, Greek, Arabic, accents) is half a token, of three (Chinese, Japanese, Korean) a whole one, of four
/// (emoji) two. An unbroken run of more than 512 base-64 characters is a picture or a recording, and counts 1,024.
/// Prose in European languages, code and JSON come within a third of what cl100k and o200k count; the tests hold it
/// to that. Never zero: whatever ran has used something.
public final class TokenEstimate {
    /// Longer texts are counted in this many bytes of their beginning, pictures aside, and scaled up, so that the cost
    /// is bounded.
    static final int SAMPLE = 64 * 1024;

    private static final int BLOB_LENGTH = 512;
    private static final int BLOB_TOKENS = 1024;
    private static final int BYTES_PER_TOKEN = 4;
    /// Twelfths of a token, so that halves, thirds and quarters add up exactly.
    private static final int WHOLE = 12;

    private TokenEstimate() {}

    /// Tokens of a text or of a request's JSON body; at least 1.
    ///
    /// @param utf8 holds the text
    /// @param from index of its first byte
    /// @param to index after its last byte
    public static long ofText(byte[] utf8, int from, int to) {
        long parts = 0;
        int counted = 0;
        int i = from;
        while (i < to && counted < SAMPLE) {
            int end = Math.min(to, i + SAMPLE - counted);
            int blob = blobStart(utf8, i, end, to);
            parts += ofRuns(utf8, i, blob);
            counted += blob - i;
            i = blob;
            if (blob < end) {
                parts += BLOB_TOKENS * WHOLE;
                i = blobEnd(utf8, blob, to);
            }
        }
        long tokens = (parts + WHOLE - 1) / WHOLE;
        if (i < to) {
            tokens += (long) ((double) tokens * (to - i) / (i - from));
        }
        return Math.max(1, tokens);
    }

    /// Tokens of text of which only the size is known, such as a streamed answer that passed by; at least 1.
    ///
    /// @param bytes its length in UTF-8
    public static long ofBytes(long bytes) {
        return Math.max(1, (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
    }

    /// Where the first blob begins that begins before `end`; `end` if there is none. Looks at the last byte that a blob
    /// from here would need and goes back from there, so that of ordinary text it reads one byte in a hundred.
    private static int blobStart(byte[] text, int from, int end, int to) {
        int start = from;
        while (start < end && start + BLOB_LENGTH < to) {
            int i = start + BLOB_LENGTH;
            while (i >= start && isBase64(text[i])) {
                i--;
            }
            if (i < start) {
                return start;
            }
            start = i + 1;
        }
        return end;
    }

    private static int blobEnd(byte[] text, int start, int to) {
        int i = start;
        while (i < to && isBase64(text[i])) {
            i++;
        }
        return i;
    }

    private static long ofRuns(byte[] text, int from, int to) {
        long parts = 0;
        int i = from;
        while (i < to) {
            int kind = KINDS[text[i] & 0xff];
            int start = i;
            do {
                i++;
            } while (i < to && KINDS[text[i] & 0xff] == kind);
            parts += weight(kind, i - start);
        }
        return parts;
    }

    private static int weight(int kind, int length) {
        return switch (kind) {
            case LETTER -> WHOLE * (1 + (length - 1) / 7);
            case DIGIT -> WHOLE * ((length + 2) / 3);
            case BLANK -> length == 1 ? 0 : WHOLE;
            case MARK -> WHOLE * ((length + 1) / 2);
            case TWO_BYTES -> length * WHOLE / 2;
            case THREE_BYTES -> length * WHOLE;
            case FOUR_BYTES -> length * WHOLE * 2;
            default -> 0;
        };
    }

    private static final int LETTER = 0;
    private static final int DIGIT = 1;
    private static final int BLANK = 2;
    private static final int MARK = 3;
    private static final int CONTINUATION = 4;
    private static final int TWO_BYTES = 5;
    private static final int THREE_BYTES = 6;
    private static final int FOUR_BYTES = 7;

    private static final byte[] KINDS = new byte[256];

    static {
        for (int i = 0; i < KINDS.length; i++) {
            KINDS[i] = (byte) kind((byte) i);
        }
    }

    private static int kind(byte b) {
        if (b < 0) {
            int lead = b & 0xff;
            return lead < 0xc0 ? CONTINUATION : lead < 0xe0 ? TWO_BYTES : lead < 0xf0 ? THREE_BYTES : FOUR_BYTES;
        }
        int lower = b | 0x20;
        if (lower >= 'a' && lower <= 'z') {
            return LETTER;
        }
        if (b >= '0' && b <= '9') {
            return DIGIT;
        }
        return b <= ' ' ? BLANK : MARK;
    }

    private static boolean isBase64(byte b) {
        int kind = KINDS[b & 0xff];
        return kind == LETTER || kind == DIGIT || b == '+' || b == '/' || b == '-' || b == '_' || b == '=';
    }
}
