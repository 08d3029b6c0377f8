package ai.doubleword.jsonl;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// In which line each `custom_id` stands: an open-addressing table of 64-bit hashes, 12 bytes a slot, at most two
/// thirds full; 18 to 36 bytes a line, which for a million lines is less than one of their larger bodies. The hash is
/// the beginning of SHA-256, so that nobody can make other people's ids meet. Not thread-safe.
final class CustomIds {
    private static final int FIRST_CAPACITY = 1 << 10;

    private final MessageDigest sha = sha256();
    private long[] hashes = new long[FIRST_CAPACITY];
    /// 0 marks a free slot: lines count from 1.
    private int[] lines = new int[FIRST_CAPACITY];
    private int size;

    /// The hash of an id. Equal ids have equal hashes.
    long hash(byte[] utf8) {
        byte[] digest = sha.digest(utf8);
        long hash = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            hash = (hash << 8) | (digest[i] & 0xff);
        }
        return hash;
    }

    /// Notes in which line an id stands.
    ///
    /// @return the line in which it stood before, or 0 if this is the first
    int put(long hash, int line) {
        if (3L * (size + 1) > 2L * hashes.length) {
            grow();
        }
        int slot = slot(hash);
        if (lines[slot] != 0) {
            return lines[slot];
        }
        hashes[slot] = hash;
        lines[slot] = line;
        size++;
        return 0;
    }

    private int slot(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (lines[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldLines = lines;
        hashes = new long[2 * oldHashes.length];
        lines = new int[2 * oldLines.length];
        for (int i = 0; i < oldLines.length; i++) {
            if (oldLines[i] != 0) {
                int slot = slot(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                lines[slot] = oldLines[i];
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
