package ai.doubleword.simulator;

import java.util.Random;

/// Plausible text without meaning, from a generator's seed.
final class Prose {
    private static final String[] OPENINGS = {
        "In short,", "As a rule,", "To be precise,", "In practice,", "Most of the time,", "For example,", "Above all,"
    };
    private static final String[] ADJECTIVES = {
        "quiet", "steady", "narrow", "bright", "careful", "distant", "common", "early", "plain", "gentle", "broad",
        "patient", "recent", "useful", "hidden", "simple"
    };
    private static final String[] NOUNS = {
        "harbour",
        "engine",
        "garden",
        "letter",
        "market",
        "window",
        "river",
        "ledger",
        "signal",
        "teacher",
        "bridge",
        "library",
        "journey",
        "question",
        "method",
        "season",
        "pattern",
        "answer"
    };
    private static final String[] VERBS = {
        "follows",
        "measures",
        "carries",
        "explains",
        "shapes",
        "crosses",
        "repeats",
        "keeps",
        "opens",
        "answers",
        "improves",
        "describes"
    };
    private static final String[] FOREIGN = {
        "naïve café", "東京の夜", "Größenmaß", "здравствуй", "🚀 и 👩‍💻", "Ελλάδα", "수고하셨습니다", "señal"
    };

    private Prose() {}

    static String sentence(Random random, boolean beyondAscii) {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(3) == 0) {
            text.append(pick(random, OPENINGS)).append(" the ");
        } else {
            text.append("The ");
        }
        text.append(pick(random, ADJECTIVES)).append(' ').append(pick(random, NOUNS));
        text.append(' ').append(pick(random, VERBS)).append(" the ").append(pick(random, ADJECTIVES));
        text.append(' ').append(pick(random, NOUNS));
        if (random.nextBoolean()) {
            text.append(", and the ").append(pick(random, NOUNS)).append(' ').append(pick(random, VERBS));
            text.append(" it");
        }
        if (beyondAscii) {
            text.append(": ").append(pick(random, FOREIGN));
        }
        return text.append('.').toString();
    }

    static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(pick(random, i + 1 < count ? ADJECTIVES : NOUNS));
        }
        return text.toString();
    }

    /// Sentences with at least so many tokens.
    static String text(Random random, int tokens, boolean beyondAscii) {
        StringBuilder text = new StringBuilder();
        int count = 0;
        while (count < tokens) {
            String sentence = (text.isEmpty() ? "" : " ") + sentence(random, beyondAscii);
            text.append(sentence);
            count += Tokens.count(sentence);
        }
        return text.toString();
    }

    private static String pick(Random random, String[] words) {
        return words[random.nextInt(words.length)];
    }
}
