package ai.doubleword.docs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Finds sections of pages by words. All of them must be there, each at least as the beginning of one; what stands in
/// titles counts more than what stands in the text. Thousands of sections are looked through in a millisecond, so there
/// is no index.
final class Search {
    private static final int MOST = 12;
    private static final int MOST_WORDS = 8;
    private static final int AROUND = 70;
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private Search() {}

    /// A section that was found.
    ///
    /// @param target what stands behind `/docs/` in its address, as `keys#rotate`
    /// @param excerpt the text around the first word, in pieces
    record Hit(String target, String page, String section, List<Piece> excerpt) {}

    /// @param word whether it is one of the words
    record Piece(String text, boolean word) {}

    private record Scored(Hit hit, int score) {}

    static List<Hit> find(Iterable<Page> pages, String query) {
        List<String> words = SPACE.splitAsStream(query.strip().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .limit(MOST_WORDS)
                .toList();
        if (words.isEmpty()) {
            return List.of();
        }
        Pattern any = Pattern.compile(
                "(?<![\\p{L}\\p{N}])(?:"
                        + words.stream()
                                .map(Pattern::quote)
                                .reduce((a, b) -> a + "|" + b)
                                .orElse("") + ")",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        List<Scored> found = new ArrayList<>();
        for (Page page : pages) {
            for (Page.Section section : page.sections()) {
                int score = score(page, section, words);
                if (score > 0) {
                    found.add(new Scored(hit(page, section, any), score));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingInt(Scored::score).reversed())
                .limit(MOST)
                .map(Scored::hit)
                .toList();
    }

    private static int score(Page page, Page.Section section, List<String> words) {
        int score = 0;
        for (String word : words) {
            int here = 20 * count(section.title(), word) + Math.min(5, count(section.text(), word));
            int above = count(page.title(), word);
            if (here + above == 0) {
                return 0;
            }
            score += here + (section.level() == 1 ? 30 : 3) * above;
        }
        return score;
    }

    /// How many words of a text begin with this one.
    private static int count(String text, String word) {
        String lower = text.toLowerCase(Locale.ROOT);
        int count = 0;
        for (int at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length())) {
            if (at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1))) {
                count++;
            }
        }
        return count;
    }

    private static Hit hit(Page page, Page.Section section, Pattern words) {
        String hash = section.anchor().isEmpty() ? "" : "#" + section.anchor();
        return new Hit(page.name() + hash, page.title(), section.title(), excerpt(section.text(), words));
    }

    private static List<Piece> excerpt(String text, Pattern words) {
        String line = SPACE.matcher(text).replaceAll(" ").strip();
        var first = words.matcher(line);
        int at = first.find() ? first.start() : 0;
        int from = at <= AROUND ? 0 : line.indexOf(' ', at - AROUND) + 1;
        int to = Math.min(line.length(), Math.max(at, from) + 2 * AROUND);
        String shown = (from > 0 ? "… " : "") + line.substring(from, to) + (to < line.length() ? " …" : "");
        List<Piece> pieces = new ArrayList<>();
        var word = words.matcher(shown);
        int end = 0;
        while (word.find()) {
            pieces.add(new Piece(shown.substring(end, word.start()), false));
            pieces.add(new Piece(word.group(), true));
            end = word.end();
        }
        pieces.add(new Piece(shown.substring(end), false));
        return List.copyOf(pieces);
    }
}
