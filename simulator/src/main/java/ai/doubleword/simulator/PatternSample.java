package ai.doubleword.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A text that a regular expression accepts, for the expressions people write into schemas: literals, `.`, classes and
/// ranges, `\d \w \s`, groups, alternatives, and the quantifiers `? * + {n,m}`. Anchors are dropped; look-around and
/// back references are not understood.
final class PatternSample {
    private static final String WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    private static final String PRINTABLE = WORD + " !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

    private final String pattern;
    private final Random random;
    private int at;

    private PatternSample(String pattern, Random random) {
        this.pattern = pattern;
        this.random = random;
    }

    static String of(String pattern, Random random) {
        return new PatternSample(pattern, random).alternatives();
    }

    /// Every alternative is drawn, then one is chosen: cheap enough, and it moves `at` past all of them.
    private String alternatives() {
        List<String> options = new ArrayList<>();
        options.add(sequence());
        while (at < pattern.length() && pattern.charAt(at) == '|') {
            at++;
            options.add(sequence());
        }
        return options.get(random.nextInt(options.size()));
    }

    private String sequence() {
        StringBuilder text = new StringBuilder();
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            int start = at;
            String once = atom();
            int end = at;
            int times = quantity();
            int after = at;
            for (int i = 0; i < times; i++) {
                if (i == 0) {
                    text.append(once);
                } else {
                    at = start;
                    text.append(atom());
                }
            }
            at = Math.max(after, end);
        }
        return text.toString();
    }

    private String atom() {
        char c = pattern.charAt(at++);
        return switch (c) {
            case '^', '$' -> "";
            case '(' -> group();
            case '[' -> pick(charClass());
            case '.' -> pick(WORD);
            case '\\' -> escaped(pattern.charAt(at++));
            default -> String.valueOf(c);
        };
    }

    private String group() {
        if (pattern.startsWith("?:", at)) {
            at += 2;
        }
        String inner = alternatives();
        at++;
        return inner;
    }

    private String escaped(char c) {
        return c == 'b' || c == 'B' ? "" : pick(escapedSet(c));
    }

    private static String escapedSet(char c) {
        return switch (c) {
            case 'd' -> "0123456789";
            case 'w' -> WORD;
            case 's' -> " ";
            case 'D', 'S' -> "abcdef";
            case 'W' -> "-.";
            case 'n' -> "\n";
            case 't' -> "\t";
            default -> String.valueOf(c);
        };
    }

    private String charClass() {
        boolean negated = pattern.charAt(at) == '^';
        at += negated ? 1 : 0;
        StringBuilder members = new StringBuilder();
        boolean first = true;
        while (pattern.charAt(at) != ']' || first) {
            first = false;
            char c = pattern.charAt(at++);
            if (c == '\\') {
                members.append(escapedSet(pattern.charAt(at++)));
            } else if (pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']') {
                for (char m = c; m <= pattern.charAt(at + 1); m++) {
                    members.append(m);
                }
                at += 2;
            } else {
                members.append(c);
            }
        }
        at++;
        if (!negated) {
            return members.toString();
        }
        StringBuilder others = new StringBuilder();
        for (int i = 0; i < PRINTABLE.length(); i++) {
            if (members.indexOf(String.valueOf(PRINTABLE.charAt(i))) < 0) {
                others.append(PRINTABLE.charAt(i));
            }
        }
        return others.toString();
    }

    private int quantity() {
        if (at >= pattern.length()) {
            return 1;
        }
        int times = 1;
        switch (pattern.charAt(at)) {
            case '?' -> {
                at++;
                times = random.nextInt(2);
            }
            case '*' -> {
                at++;
                times = random.nextInt(4);
            }
            case '+' -> {
                at++;
                times = 1 + random.nextInt(4);
            }
            case '{' -> {
                int close = pattern.indexOf('}', at);
                String[] bounds = pattern.substring(at + 1, close).split(",", -1);
                at = close + 1;
                int min = bounds[0].isEmpty() ? 0 : Integer.parseInt(bounds[0]);
                int max = bounds.length == 1 ? min : bounds[1].isEmpty() ? min + 3 : Integer.parseInt(bounds[1]);
                times = min + random.nextInt(max - min + 1);
            }
            default -> {
                return 1;
            }
        }
        if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '+')) {
            at++;
        }
        return times;
    }

    private String pick(String set) {
        return set.isEmpty() ? "" : String.valueOf(set.charAt(random.nextInt(set.length())));
    }
}
