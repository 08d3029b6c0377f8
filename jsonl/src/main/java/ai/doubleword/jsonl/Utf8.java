package ai.doubleword.jsonl;

/// Whether bytes are text.
public final class Utf8 {
    private Utf8() {}

    /// The first byte that is not part of well-formed UTF-8 (no overlong forms, no surrogates), or -1.
    public static int firstInvalid(byte[] a, int from, int to) {
        int i = from;
        while (i < to) {
            int lead = a[i];
            if (lead >= 0) {
                i++;
                continue;
            }
            int length = lengthAt(a, i, to);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    private static int lengthAt(byte[] a, int i, int to) {
        int lead = a[i] & 0xff;
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (length == 0 || i + length > to) {
            return 0;
        }
        for (int k = 1; k < length; k++) {
            if ((a[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = a[i + 1] & 0xff;
        boolean wrong = switch (lead) {
            case 0xe0 -> second < 0xa0;
            case 0xed -> second > 0x9f;
            case 0xf0 -> second < 0x90;
            case 0xf4 -> second > 0x8f;
            default -> false;
        };
        return wrong ? 0 : length;
    }
}
