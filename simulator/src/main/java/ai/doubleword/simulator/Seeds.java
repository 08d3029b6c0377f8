package ai.doubleword.simulator;

/// Seeds from text: FNV-1a with a final mix, the same on every machine.
final class Seeds {
    private Seeds() {}

    static long of(long seed, String text) {
        long hash = 0xcbf29ce484222325L ^ mix(seed);
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
