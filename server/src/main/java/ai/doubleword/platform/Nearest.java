package ai.doubleword.platform;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the known name that somebody most likely meant.
public final class Nearest {
    private Nearest() {}

    /// @return the known name with the fewest letters to change, if they are few
    public static Optional<String> to(String unknown, Collection<String> known) {
        record Near(String name, int distance) {}
        return known.stream()
                .map(name -> new Near(name, distance(unknown, name)))
                .min(Comparator.comparingInt(Near::distance))
                .filter(near -> near.distance() <= Math.max(2, unknown.length() / 3))
                .map(Near::name);
    }

    /// Levenshtein's distance, ignoring case and the difference between `_`, `-` and `.`.
    private static int distance(String left, String right) {
        String a = normal(left);
        String b = normal(right);
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }
}
