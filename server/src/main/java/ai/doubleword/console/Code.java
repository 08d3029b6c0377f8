package ai.doubleword.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Source text in coloured pieces. Templates show it with the tag `code`; the pieces together are the text, to the
/// letter, for it is copied from there.
public record Code(List<Piece> pieces) {
    private static final String STRINGS = "(?<s>\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'|`[^`]*`)";
    private static final String NUMBERS = "(?<n>\\b\\d+(?:\\.\\d+)?\\b)";
    private static final Map<String, Pattern> PATTERNS = Map.of(
            "python",
                    pattern(
                            "#[^\\n]*",
                            "import|from|as|for|in|if|else|elif|def|return|with|print|lambda|while|try"
                                    + "|except|None|True|False|and|or|not|async|await|class|raise"),
            "javascript",
                    pattern(
                            "//[^\\n]*",
                            "import|from|const|let|for|of|in|if|else|await|async|function|return"
                                    + "|new|export|default|try|catch|null|true|false|throw|while|process"),
            "java",
                    pattern(
                            "//[^\\n]*",
                            "import|static|void|var|new|for|if|else|return|try|catch|final|class|record"
                                    + "|null|true|false|public|throws|while"),
            "go",
                    pattern(
                            "//[^\\n]*",
                            "package|import|func|var|for|range|if|else|return|defer|nil|true|false|type"
                                    + "|struct|const|map"),
            "yaml", pattern("#[^\\n]*", "(?<=^|\\n| |\\{)[a-z][a-z0-9-]*(?=:)|true|false|null"),
            "sh", pattern("(?<![\\w$\"'/])#[^\\n]*", "export|curl|for|do|done|if|then|fi|in"));

    public Code {
        pieces = List.copyOf(pieces);
    }

    /// @param kind `s` string, `k` keyword, `c` comment, `n` number; empty for the rest
    public record Piece(String kind, String text) {}

    /// @param language `python`, `javascript`, `java`, `go`, `yaml` or `sh`; others stay without colour
    public static Code of(String language, String text) {
        Pattern pattern = PATTERNS.get(language);
        if (pattern == null) {
            return new Code(List.of(new Piece("", text)));
        }
        List<Piece> pieces = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        int from = 0;
        while (matcher.find()) {
            if (matcher.start() > from) {
                pieces.add(new Piece("", text.substring(from, matcher.start())));
            }
            pieces.add(new Piece(kind(matcher), matcher.group()));
            from = matcher.end();
        }
        pieces.add(new Piece("", text.substring(from)));
        return new Code(pieces);
    }

    private static String kind(Matcher matcher) {
        for (String kind : new String[] {"c", "s", "k", "n"}) {
            if (matcher.group(kind) != null) {
                return kind;
            }
        }
        return "";
    }

    private static Pattern pattern(String comment, String keywords) {
        return Pattern.compile("(?<c>" + comment + ")|" + STRINGS + "|(?<k>\\b(?:" + keywords + ")\\b)|" + NUMBERS);
    }
}
