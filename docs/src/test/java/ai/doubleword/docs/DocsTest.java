package ai.doubleword.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A page shows a sample as a fenced block whose info string names the file: ` ```python file=samples/chat/plain.py`.
/// The file is what the conformance run executes; here it is checked that the page shows that very text. After a
/// change of a sample, `./mvnw -pl docs test -Ddocs.write=true` brings the pages up to date.
class DocsTest {
    private static final Path DOCS = Path.of("").toAbsolutePath();
    private static final Path PROJECT = DOCS.resolveSibling("");
    private static final Pattern SHOWN_FILE = Pattern.compile("```(\\w+) file=(\\S+)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"(S-\\d\\d)\"\\)");
    private static final Pattern RULE_ROW = Pattern.compile("(?m)^(\\| (S-\\d\\d) \\|.*\\|)[^|]*\\|$");
    private static final boolean WRITE = Boolean.getBoolean("docs.write");

    @Test
    void everyShownSampleIsTheFileThatIsExecuted() throws IOException {
        List<String> differences = new ArrayList<>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            StringBuilder refreshed = new StringBuilder();
            Matcher shown = SHOWN_FILE.matcher(text);
            int from = 0;
            while (shown.find()) {
                String sample = Files.readString(DOCS.resolve(shown.group(2))).strip() + "\n";
                if (!sample.equals(shown.group(3))) {
                    differences.add(page.getFileName() + " shows another " + shown.group(2));
                }
                refreshed.append(text, from, shown.start(3)).append(sample);
                from = shown.end(3);
            }
            refreshed.append(text, from, text.length());
            if (WRITE) {
                Files.writeString(page, refreshed, UTF_8);
            }
        }
        if (!WRITE) {
            assertThat(differences)
                    .as("run ./mvnw -pl docs test -Ddocs.write=true")
                    .isEmpty();
        }
    }

    @Test
    void everySampleIsShownOnAPage() throws IOException {
        StringBuilder everything = new StringBuilder();
        for (Path page : pages()) {
            everything.append(Files.readString(page));
        }
        try (var files = Files.walk(DOCS.resolve("samples"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.getFileName().toString().equals("README.md"))
                            .map(file -> "file=" + DOCS.relativize(file)))
                    .allSatisfy(shown -> assertThat(everything).contains(shown + "\n"));
        }
    }

    @Test
    void everyRelativeLinkLeadsToAFileAndItsHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        List<Path> all = new ArrayList<>(pages());
        try (var files = Files.list(PROJECT)) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(all::add);
        }
        for (Path page : all) {
            Matcher link = LINK.matcher(withoutCode(Files.readString(page)));
            while (link.find()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*") && !target.startsWith("/") && !leadsSomewhere(page, target)) {
                    broken.add(PROJECT.relativize(page) + " → " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everySecurityRuleNamesTheTestsThatCarryIt() throws IOException {
        Map<String, Set<String>> tests = testsByRule();
        Path page = DOCS.resolve("security.md");
        String text = Files.readString(page);
        String refreshed = RULE_ROW.matcher(text)
                .replaceAll(row -> Matcher.quoteReplacement(
                        row.group(1) + " " + String.join(", ", tests.getOrDefault(row.group(2), Set.of())) + " |"));
        if (WRITE) {
            Files.writeString(page, refreshed, UTF_8);
        } else {
            assertThat(text).as("run ./mvnw -pl docs test -Ddocs.write=true").isEqualTo(refreshed);
            assertThat(text).as("a rule without a test").doesNotContainPattern("(?m)^\\| S-.*\\|  \\|$");
            assertThat(tests.keySet()).allSatisfy(rule -> assertThat(text).contains("| " + rule + " |"));
        }
    }

    private static Map<String, Set<String>> testsByRule() throws IOException {
        Map<String, Set<String>> tests = new TreeMap<>();
        for (String module : List.of("server", "jsonl")) {
            try (var files = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(name -> name.toString().endsWith(".java")).toList()) {
                    Matcher tag = TAG.matcher(Files.readString(file));
                    while (tag.find()) {
                        String test = file.getFileName().toString().replace(".java", "");
                        tests.computeIfAbsent(tag.group(1), rule -> new TreeSet<>())
                                .add("`" + test + "`");
                    }
                }
            }
        }
        return tests;
    }

    private static boolean leadsSomewhere(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? page : page.resolveSibling(file);
        if (!Files.exists(path)) {
            return false;
        }
        return hash < 0 || anchors(path).contains(target.substring(hash + 1));
    }

    private static Set<String> anchors(Path page) throws IOException {
        TreeSet<String> anchors = new TreeSet<>();
        Matcher heading = HEADING.matcher(withoutCode(Files.readString(page)));
        while (heading.find()) {
            anchors.add(heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }

    private static String withoutCode(String text) {
        return text.replaceAll("(?s)```.*?```", "");
    }

    private static List<Path> pages() throws IOException {
        try (var files = Files.list(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
