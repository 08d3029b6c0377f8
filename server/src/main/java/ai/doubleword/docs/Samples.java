package ai.doubleword.docs;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files under `docs/samples`, which the conformance run executes as they are. They read key and base URL from the
/// environment, each language in its own way. Filling in puts a value where that expression stands and leaves the rest
/// as it is, so a filled sample is as good as an executed one. Thread-safe.
@Singleton
public final class Samples {
    private static final String KEY = "DOUBLEWORD_API_KEY";
    private static final String BASE = "DOUBLEWORD_API_BASE";
    private static final String ENVIRONMENT = "(DOUBLEWORD_API_(?:KEY|BASE))";

    /// How each language reads a variable.
    private static final Map<Language, Pattern> READS = Map.of(
            Language.CURL, Pattern.compile("\\$" + ENVIRONMENT),
            Language.PYTHON, Pattern.compile("os\\.environ\\[\"" + ENVIRONMENT + "\"]"),
            Language.JAVASCRIPT, Pattern.compile("process\\.env\\." + ENVIRONMENT),
            Language.JAVA, Pattern.compile("System\\.getenv\\(\"" + ENVIRONMENT + "\"\\)"),
            Language.GO, Pattern.compile("os\\.Getenv\\(\"" + ENVIRONMENT + "\"\\)"));

    /// What is needed for reading the environment only; a compiler or a linter refuses it when it is idle.
    private static final Map<Language, String> IDLE_IMPORTS =
            Map.of(Language.PYTHON, "import os\n", Language.GO, "\t\"os\"\n");

    private static final Pattern OS_USE = Pattern.compile("\\bos\\.");

    private final Map<String, Optional<String>> files = new ConcurrentHashMap<>();

    Samples() {}

    /// What is filled in.
    ///
    /// @param baseUrl of the API
    /// @param model to call instead of the sample's own
    /// @param key to call it with; empty leaves key and base URL to the environment
    public record Values(String baseUrl, String model, String key) {
        /// Whether the sample runs as pasted.
        public boolean filled() {
            return !key.isEmpty();
        }
    }

    /// The languages that a sample is there in, in the order of their tabs.
    ///
    /// @param name as `chat/plain`
    public List<Language> languages(String name) {
        List<Language> found = new ArrayList<>();
        for (Language language : Language.values()) {
            if (file(name, language).isPresent()) {
                found.add(language);
            }
        }
        return found;
    }

    /// A sample with the values in it.
    ///
    /// @throws IllegalArgumentException if there is none of this name in this language
    public String text(String name, String model, Language language, Values values) {
        String source = file(name, language)
                .orElseThrow(() -> new IllegalArgumentException("no sample " + name + " in " + language.label()))
                .replace(model, values.model());
        if (!values.filled()) {
            return source;
        }
        String filled = patternOf(language)
                .matcher(source)
                .replaceAll(read -> Matcher.quoteReplacement(
                        literal(language, read.group(1).equals(KEY) ? values.key() : values.baseUrl())));
        String idle = IDLE_IMPORTS.get(language);
        return idle == null || OS_USE.matcher(filled).find()
                ? filled
                : filled.replaceFirst(Pattern.quote(idle), "").stripLeading();
    }

    /// The lines that set what unfilled samples read.
    public String environment(Values values) {
        return "export " + KEY + "=\"" + shown(values) + "\"\nexport " + BASE + "=\"" + values.baseUrl() + "\"\n";
    }

    /// The same for programs that know OpenAI's names only.
    public String openAiEnvironment(Values values) {
        return "export OPENAI_API_KEY=\"" + shown(values) + "\"\nexport OPENAI_BASE_URL=\"" + values.baseUrl() + "\"\n";
    }

    private static String shown(Values values) {
        return values.filled() ? values.key() : "<your key>";
    }

    /// In shell samples the variable stands within quotes already.
    private static String literal(Language language, String value) {
        return switch (language) {
            case CURL -> value;
            case JAVASCRIPT -> "'" + value + "'";
            case PYTHON, JAVA, GO -> "\"" + value + "\"";
        };
    }

    private static Pattern patternOf(Language language) {
        Pattern pattern = READS.get(language);
        if (pattern == null) {
            throw new IllegalStateException("how does " + language.label() + " read its environment?");
        }
        return pattern;
    }

    private Optional<String> file(String name, Language language) {
        return files.computeIfAbsent(fileName(name, language), Samples::read);
    }

    /// `chat/json_schema` is `json_schema.py`, and `JsonSchema.java`.
    private static String fileName(String name, Language language) {
        if (language != Language.JAVA) {
            return name + '.' + language.ending();
        }
        int slash = name.lastIndexOf('/');
        StringBuilder type = new StringBuilder(name.substring(0, slash + 1));
        for (String word : name.substring(slash + 1).split("_", -1)) {
            type.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return type.append(".java").toString();
    }

    private static Optional<String> read(String file) {
        try (InputStream stream = Samples.class.getClassLoader().getResourceAsStream("samples/" + file)) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
