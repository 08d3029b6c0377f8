package ai.doubleword.jsonl;

import java.util.zip.CRC32C;

/// Hashes of how a prompt begins. The prompt is `tools`, then `messages` (or `prompt`, or `input`), as they stand in
/// the body, for that is the order in which servers put them before the model. The checksum runs on over the boundaries
/// and is mixed with the salt at each. Not thread-safe.
final class PromptPrefix {
    private static final int[] BOUNDARIES = {64, 256, 1_024, 4_096};

    private final long salt;
    private final CRC32C crc = new CRC32C();
    private final int[] hashes = new int[BOUNDARIES.length];
    private int boundary;
    private int length;

    PromptPrefix(long salt) {
        this.salt = salt;
    }

    /// The hashes of two runs of bytes, one after the other; either may be empty.
    LineEntry.Prefixes of(byte[] line, int from1, int to1, int from2, int to2) {
        crc.reset();
        boundary = 0;
        length = 0;
        add(line, from1, to1);
        add(line, from2, to2);
        while (boundary < BOUNDARIES.length) {
            hashes[boundary++] = mixed();
        }
        return new LineEntry.Prefixes(hashes[0], hashes[1], hashes[2], hashes[3]);
    }

    private void add(byte[] line, int from, int to) {
        int at = from;
        while (at < to && boundary < BOUNDARIES.length) {
            int run = Math.min(to - at, BOUNDARIES[boundary] - length);
            crc.update(line, at, run);
            at += run;
            length += run;
            if (length == BOUNDARIES[boundary]) {
                hashes[boundary++] = mixed();
            }
        }
    }

    /// The finalizer of SplitMix64: each bit of the salt changes each bit of the hash.
    private int mixed() {
        long mixed = salt ^ crc.getValue();
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) (mixed ^ (mixed >>> 31));
    }
}
