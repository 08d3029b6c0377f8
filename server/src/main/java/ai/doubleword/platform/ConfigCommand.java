package ai.doubleword.platform;

import ai.doubleword.platform.ConfigCommand.Check;
import ai.doubleword.platform.ConfigCommand.Show;
import ai.doubleword.platform.SettingCatalogue.Setting;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.smallrye.config.ConfigValue;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `doubleword config …`: looks at the configuration without starting anything.
@Command(
        name = "config",
        description = "Check and show the configuration.",
        subcommands = {Check.class, Show.class})
public final class ConfigCommand extends GroupCommand {
    /// What both commands share: they work offline, so they are no [OperatorCommand].
    abstract static class Offline implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ProgramOptions options;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORMAT",
                defaultValue = "table",
                description = "table or json. Default: table.")
        private OperatorCommand.Format format;

        @Override
        public final Integer call() {
            options.apply();
            return run(
                    Configuration.load(),
                    new CommandOutput(spec.commandLine().getOut(), format == OperatorCommand.Format.JSON));
        }

        abstract int run(Configuration configuration, CommandOutput output);
    }

    /// `doubleword config check`: every finding; status 1 if the server would not start.
    @Command(name = "check", description = "Check the configuration and say everything that is wrong with it.")
    static final class Check extends Offline {
        @Override
        int run(Configuration configuration, CommandOutput output) {
            List<Finding> findings = ConfigurationCheck.of(configuration);
            if (output.isJson()) {
                output.details(JsonFormat.mapper().valueToTree(findings));
            } else if (findings.isEmpty()) {
                output.note("The configuration is fine: "
                        + configuration
                                .file()
                                .map(file -> file.path().toString())
                                .orElse("no file, defaults and environment")
                        + ".");
            } else {
                findings.forEach(finding -> output.note(finding.toString()));
            }
            return ConfigurationCheck.hasErrors(findings) ? 1 : 0;
        }
    }

    /// `doubleword config show`: what is in force, and where it comes from.
    @Command(name = "show", description = "Show every setting, its value, and where that comes from.")
    static final class Show extends Offline {
        private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@]*@");

        @Override
        int run(Configuration configuration, CommandOutput output) {
            SettingCatalogue catalogue = SettingCatalogue.ofProgram();
            Set<String> keys = new TreeSet<>();
            catalogue.settings().stream()
                    .map(setting -> setting.name().replace("[*]", ""))
                    .filter(name -> !name.contains("*"))
                    .forEach(keys::add);
            for (String name : configuration.sources().getPropertyNames()) {
                String key = name.startsWith(ConfigurationSource.PREFIX)
                        ? name.substring(ConfigurationSource.PREFIX.length())
                        : "";
                catalogue.find(key).ifPresent(setting -> keys.add(key));
            }
            ArrayNode rows = JsonFormat.trees().createArrayNode();
            for (String key : keys) {
                catalogue.find(key).ifPresent(setting -> row(configuration, key, setting, rows));
            }
            output.table(
                    rows,
                    "No settings.",
                    CommandOutput.Column.of("SETTING", "setting"),
                    CommandOutput.Column.of("VALUE", "value"),
                    CommandOutput.Column.of("FROM", "from"));
            return 0;
        }

        private static void row(Configuration configuration, String key, Setting setting, ArrayNode rows) {
            ConfigValue given = configuration.sources().getConfigValue(ConfigurationSource.PREFIX + key);
            String text = given.getValue();
            boolean isDefault = text == null || text.isEmpty();
            String value = isDefault
                    ? setting.fallback().orElse("").replace("${user.home}", System.getProperty("user.home"))
                    : shown(setting, text);
            rows.addObject()
                    .put("setting", key)
                    .put("value", value)
                    .put("from", isDefault ? "default" : ConfigurationCheck.sourceOf(given, key));
        }

        private static String shown(Setting setting, String text) {
            if (!setting.secret()) {
                return USER_INFO.matcher(text).replaceAll("***@");
            }
            return text.contains("://")
                    ? USER_INFO.matcher(text).replaceAll("***@").replaceAll("\\?.*", "")
                    : "***";
        }
    }
}
