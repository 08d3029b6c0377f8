package ai.doubleword.batch;

import java.util.Arrays;

/// A set of lines of a chunk, by their place in it: one bit each, the first in the lowest bit of the first byte, as it
/// stands in the database. Immutable.
@SuppressWarnings("ArrayRecordComponent") // copied in, and out by [#bytes]
record LineBits(byte[] bits) {
    LineBits {
        bits = bits.clone();
    }

    /// None of so many lines.
    static LineBits none(int lines) {
        return new LineBits(new byte[(lines + 7) / 8]);
    }

    /// All of so many lines.
    static LineBits all(int lines) {
        byte[] bits = new byte[(lines + 7) / 8];
        for (int place = 0; place < lines; place++) {
            bits[place >> 3] |= (byte) (1 << (place & 7));
        }
        return new LineBits(bits);
    }

    /// These places of so many.
    static LineBits of(int lines, int... places) {
        byte[] bits = new byte[(lines + 7) / 8];
        for (int place : places) {
            bits[place >> 3] |= (byte) (1 << (place & 7));
        }
        return new LineBits(bits);
    }

    byte[] bytes() {
        return bits.clone();
    }

    boolean has(int place) {
        return (bits[place >> 3] & 1 << (place & 7)) != 0;
    }

    LineBits or(LineBits other) {
        byte[] both = bits.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] |= other.bits[i];
        }
        return new LineBits(both);
    }

    LineBits without(LineBits other) {
        byte[] rest = bits.clone();
        for (int i = 0; i < rest.length; i++) {
            rest[i] &= (byte) ~other.bits[i];
        }
        return new LineBits(rest);
    }

    boolean meets(LineBits other) {
        for (int i = 0; i < bits.length; i++) {
            if ((bits[i] & other.bits[i]) != 0) {
                return true;
            }
        }
        return false;
    }

    boolean contains(LineBits other) {
        for (int i = 0; i < bits.length; i++) {
            if ((other.bits[i] & ~bits[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    /// Shows each of them, in order.
    void forEach(java.util.function.IntConsumer reader) {
        for (int place = 0; place < bits.length * 8; place++) {
            if (has(place)) {
                reader.accept(place);
            }
        }
    }

    int count() {
        int count = 0;
        for (byte eight : bits) {
            count += Integer.bitCount(eight & 0xff);
        }
        return count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LineBits(byte[] others) && Arrays.equals(bits, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
