package ai.doubleword.keys;

/// Matches model names against a key's patterns: `*` stands for any run of characters, everything else for itself.
///
/// No regular expression: users write these, and a match takes at most pattern × name steps whatever they write
/// (S-17). Stateless, allocation-free.
public final class ModelPattern {
    /// Longest pattern that a key may carry.
    static final int LONGEST = 256;

    private ModelPattern() {}

    /// Whether the whole name matches the pattern; case counts.
    public static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (star >= 0) {
                // The last star takes one character more; an earlier one never needs to.
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
