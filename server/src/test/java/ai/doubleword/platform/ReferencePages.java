package ai.doubleword.platform;

import ai.doubleword.platform.SettingCatalogue.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the pages of the documentation that say what the code says.
final class ReferencePages {
    private static final Path SOURCES = Path.of("src/main/java");

    private ReferencePages() {}

    static String errors() {
        StringBuilder page = new StringBuilder("""
                # Error codes

                <!-- Generated from ErrorCode.java; see GeneratedPagesTest. -->

                A code is stable: programs may rely on it. On the AI API it stands in `error.code`, on the management API in
                `error`. Each answer also carries the `request_id`, which stands in the header `x-request-id`, too; tell it
                when you ask for help. Answers with status 429 and 503 say in `Retry-After` how many seconds to wait.

                | code | status | type |
                |---|---|---|
                """);
        for (ErrorCode code : ErrorCode.values()) {
            page.append(
                    "| [`%s`](#%s) | %d | `%s` |\n".formatted(code.code(), code.code(), code.status(), code.type()));
        }
        for (ErrorCode code : ErrorCode.values()) {
            page.append("\n## %s\n\n%s\n\n%s\n".formatted(code.code(), code.meaning(), code.remedy()));
        }
        return page.toString();
    }

    static String configuration() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Configuration

                <!-- Generated from the interfaces with @ConfigMapping; see GeneratedPagesTest. -->

                Settings come, in this order, from flags of the command, from environment variables, and from
                `doubleword.yaml`. That file is the one that `--config` or `DOUBLEWORD_CONFIG` names, else the one in the
                working directory, else the one in the home directory.

                - `server.port` in the file is `DOUBLEWORD_SERVER_PORT` in the environment.
                - Every setting can be kept in a file of its own, which is made for secrets: `master-key-file`, or
                  `DOUBLEWORD_MASTER_KEY_FILE`, names it.
                - `doubleword config check` says everything that is wrong, with the line and the fix.
                  `doubleword config show` prints what is in force, and where it comes from.
                - A time is a number with a unit: `500ms`, `30s`, `5m`, `1h`, `90d`.

                | setting | type | default | what it does |
                |---|---|---|---|
                """);
        for (Setting setting : SettingCatalogue.ofProgram().settings()) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            setting.name().replace("[*]", "").replace("*", "NAME"),
                            type(setting),
                            setting.fallback().map(text -> "`" + text + "`").orElse(""),
                            documentation(setting).replace("|", "\\|")));
        }
        return page.toString();
    }

    private static String type(Setting setting) {
        String one = setting.type().isEnum()
                ? words(setting.type())
                : switch (setting.type().getSimpleName()) {
                    case "Integer", "Long" -> "whole number";
                    case "Double", "BigDecimal" -> "number";
                    case "Boolean" -> "true, false";
                    case "URI" -> "URL";
                    case "String" -> "text";
                    case "Duration" -> "time";
                    default -> setting.type().getSimpleName().toLowerCase(Locale.ROOT);
                };
        return setting.name().endsWith("[*]") ? "list of " + one : one;
    }

    private static String words(Class<?> type) {
        StringBuilder words = new StringBuilder();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
            words.append(words.isEmpty() ? "" : ", ").append('`').append(name).append('`');
        }
        return words.toString();
    }

    /// The comment that stands above the method in its source.
    private static String documentation(Setting setting) throws IOException {
        Class<?> owner = setting.declared().getDeclaringClass();
        Class<?> outermost = owner;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        String source = Files.readString(SOURCES.resolve(outermost.getName().replace('.', '/') + ".java"));
        int from = Math.max(0, source.indexOf("interface " + owner.getSimpleName() + " "));
        Matcher comment = Pattern.compile("((?:[ \\t]*///.*\\n)+)(?:[ \\t]*@.*\\n)*[ \\t]*[\\w<>,.? ]+ "
                        + Pattern.quote(setting.declared().getName()) + "\\(\\);")
                .matcher(source);
        if (!comment.find(from)) {
            throw new IllegalStateException(
                    owner.getSimpleName() + "." + setting.declared().getName() + " has no comment to publish");
        }
        return comment.group(1).replaceAll("(?m)^\\s*///\\s?", "").strip().replaceAll("\\s+", " ");
    }
}
