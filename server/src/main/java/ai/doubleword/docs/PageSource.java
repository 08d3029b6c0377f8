package ai.doubleword.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the pages' markdown comes from: the files of `docs/` and two of the project, which the build puts beside the
/// classes.
final class PageSource {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");
    private static final Pattern LINK = Pattern.compile("(?:[^:?#]*/)?([A-Za-z0-9-]+)\\.md(#.*)?");

    private PageSource() {}

    /// The markdown of a page.
    static Optional<String> read(String page) {
        return NAME.matcher(page).matches() ? resource(file(page)) : Optional.empty();
    }

    /// Where a link of a page to another page's file leads, as `keys#rotate`; nothing for links to other things.
    static Optional<String> target(String link) {
        Matcher file = LINK.matcher(link);
        if (!file.matches()) {
            return Optional.empty();
        }
        String hash = file.group(2) == null ? "" : file.group(2);
        return Optional.of(page(file.group(1)) + hash);
    }

    private static String file(String page) {
        return switch (page) {
            case "reporting-a-vulnerability" -> "project/SECURITY.md";
            case "changelog" -> "project/CHANGELOG.md";
            default -> page + ".md";
        };
    }

    private static String page(String file) {
        return switch (file) {
            case "SECURITY" -> "reporting-a-vulnerability";
            case "CHANGELOG" -> "changelog";
            default -> file;
        };
    }

    private static Optional<String> resource(String file) {
        try (InputStream stream = PageSource.class.getClassLoader().getResourceAsStream("docs/" + file)) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
