package ai.doubleword.platform;

import ai.doubleword.platform.Finding.Severity;
import ai.doubleword.platform.SettingCatalogue.Setting;
import io.smallrye.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Checks the whole configuration before anything starts, and says everything that is wrong at once: where it stands,
/// what it is, and the fix. Works offline.
public final class ConfigurationCheck {
    /// Variables that are no settings: for scripts, and for clients that share the environment.
    private static final Set<String> OTHER_VARIABLES = Set.of(
            "DOUBLEWORD_CONFIG",
            "DOUBLEWORD_API_KEY",
            "DOUBLEWORD_API_BASE",
            "DOUBLEWORD_BASE_URL",
            "DOUBLEWORD_PLATFORM_KEY",
            "DOUBLEWORD_JAVA_OPTS");

    private static final Set<String> BOOLEANS = Set.of("true", "false", "yes", "no", "on", "off", "1", "0");

    private final Configuration configuration;
    private final SettingCatalogue catalogue;
    private final Map<String, String> environment;
    private final List<Finding> findings = new ArrayList<>();

    ConfigurationCheck(Configuration configuration, SettingCatalogue catalogue, Map<String, String> environment) {
        this.configuration = configuration;
        this.catalogue = catalogue;
        this.environment = environment;
    }

    /// Everything there is to say: faults of the file first, then values, then names nobody knows.
    public static List<Finding> of(Configuration configuration) {
        return new ConfigurationCheck(configuration, SettingCatalogue.ofProgram(), System.getenv()).run();
    }

    /// Whether the server may not start with it.
    public static boolean hasErrors(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    List<Finding> run() {
        configuration.file().ifPresent(file -> findings.addAll(file.faults()));
        values();
        server();
        unknownInFile();
        unknownInEnvironment();
        return List.copyOf(findings);
    }

    private void values() {
        Set<String> names = new TreeSet<>();
        configuration.sources().getPropertyNames().forEach(names::add);
        for (Setting setting : catalogue.settings()) {
            names.add(ConfigurationSource.PREFIX + setting.name());
        }
        for (String name : names) {
            if (name.startsWith(ConfigurationSource.PREFIX)) {
                String key = name.substring(ConfigurationSource.PREFIX.length());
                catalogue.find(key).ifPresent(setting -> value(key, setting));
            }
        }
    }

    private void value(String key, Setting setting) {
        if (setting.type().isInterface() || key.contains("*")) {
            return;
        }
        ConfigValue given;
        try {
            given = configuration.sources().getConfigValue(ConfigurationSource.PREFIX + key);
        } catch (IllegalArgumentException e) {
            findings.add(new Finding(Severity.ERROR, key, "", String.valueOf(e.getMessage()), "Check the path."));
            return;
        }
        String text = given.getValue();
        if (text == null || text.isEmpty()) {
            return;
        }
        boolean list = setting.name().endsWith("[*]") && !key.endsWith("]");
        for (String part : list ? text.split(",", -1) : new String[] {text}) {
            try {
                convert(part.strip(), setting.type());
            } catch (RuntimeException e) {
                String shown = setting.secret() ? "has a value that" : "\"" + part.strip() + "\"";
                error(given, key, shown + " is no " + typeName(setting.type()), fix(setting.type()));
            }
        }
    }

    private void convert(String text, Class<?> type) {
        // The converter takes every other word for false.
        if (type == Boolean.class && !BOOLEANS.contains(text.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(text);
        }
        configuration.sources().requireConverter(type).convert(text);
    }

    private void server() {
        ConfigValue bind = given("server.bind");
        String address = Optional.ofNullable(bind.getValue()).orElse("127.0.0.1");
        String certificate = text("server.tls.certificate");
        String key = text("server.tls.key");
        boolean proxied = !text("server.trusted-proxies").isEmpty()
                || !text("server.trusted-proxies[0]").isEmpty();
        boolean allowed = Boolean.parseBoolean(text("server.allow-http"));
        if (!isLoopback(address) && certificate.isEmpty() && !proxied && !allowed) {
            error(
                    bind,
                    "server.bind",
                    "\"" + address + "\" would send keys in clear text over the network",
                    "Set server.tls.certificate and server.tls.key, or name the proxy that serves HTTPS in"
                            + " server.trusted-proxies; server.allow-http: true accepts the risk.");
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            String missing = certificate.isEmpty() ? "server.tls.certificate" : "server.tls.key";
            String present = certificate.isEmpty() ? "server.tls.key" : "server.tls.certificate";
            error(given(present), present, "needs the other half", "Set " + missing + " too.");
        }
        for (String name : List.of("server.tls.certificate", "server.tls.key")) {
            if (!text(name).isEmpty() && !Files.isReadable(Path.of(text(name)))) {
                error(
                        given(name),
                        name,
                        "\"" + text(name) + "\" cannot be read",
                        "Check the path and its permissions.");
            }
        }
        proxies();
        port();
    }

    private void port() {
        String port = text("server.port");
        // What is no number at all has been reported as that.
        if (port.matches("-?[0-9]{1,9}") && (Integer.parseInt(port) < 0 || Integer.parseInt(port) > 65_535)) {
            error(
                    given("server.port"),
                    "server.port",
                    "\"" + port + "\" is no port",
                    "Write a number from 0 to 65535.");
        }
    }

    private void proxies() {
        for (String name : configuration.sources().getPropertyNames()) {
            if (name.startsWith("doubleword.server.trusted-proxies")) {
                String key = name.substring(ConfigurationSource.PREFIX.length());
                if (text(key).isEmpty()) {
                    continue;
                }
                for (String range : text(key).split(",", -1)) {
                    try {
                        AddressRange.parse(range.strip());
                    } catch (IllegalArgumentException e) {
                        error(
                                given(key),
                                key,
                                String.valueOf(e.getMessage()),
                                "Write an address, or a range as 10.0.0.0/8.");
                    }
                }
            }
        }
    }

    private void unknownInFile() {
        configuration
                .file()
                .ifPresent(file -> file.entries().forEach((key, entry) -> {
                    if (catalogue.find(key).isEmpty()
                            && catalogue.findFileOf(key).isEmpty()) {
                        unknown(file.where(entry.line()), key, key);
                    }
                }));
    }

    private void unknownInEnvironment() {
        Set<String> known = catalogue.settings().stream()
                .map(setting -> variable(setting.name().replace("[*]", "")))
                .collect(Collectors.toSet());
        for (String name : new TreeSet<>(environment.keySet())) {
            if (!name.startsWith("DOUBLEWORD_") || OTHER_VARIABLES.contains(name)) {
                continue;
            }
            String setting = name.endsWith("_FILE") ? name.substring(0, name.length() - "_FILE".length()) : name;
            String withoutIndex = setting.replaceAll("_[0-9]+_?$", "");
            if (!known.contains(setting) && !known.contains(withoutIndex) && !isMapVariable(setting)) {
                unknown("environment", name, name.substring("DOUBLEWORD_".length()));
            }
        }
    }

    private boolean isMapVariable(String variable) {
        return catalogue.settings().stream()
                .map(Setting::name)
                .filter(name -> name.contains("*") && !name.endsWith("[*]"))
                .anyMatch(name -> variable.startsWith(variable(name.substring(0, name.indexOf('*') - 1)) + "_"));
    }

    private void unknown(String where, String shown, String name) {
        String fix = catalogue
                .nearest(name)
                .map(near -> "Did you mean " + near + "?")
                .orElse("All settings are in docs/configuration.md.");
        findings.add(new Finding(Severity.WARNING, where, shown, "is no setting", fix));
    }

    private void error(ConfigValue given, String key, String wrong, String fix) {
        findings.add(new Finding(Severity.ERROR, sourceOf(given, key), key, wrong, fix));
    }

    /// Where a value comes from, for people: `doubleword.yaml:3`, `DOUBLEWORD_SERVER_PORT`, `flag`, `default`.
    static String sourceOf(ConfigValue value, String key) {
        String source = String.valueOf(value.getConfigSourceName());
        if (value.getLineNumber() > 0) {
            return source + ":" + value.getLineNumber();
        }
        if (source.startsWith("EnvConfigSource")) {
            return variable(key);
        }
        if (source.startsWith("SysPropConfigSource")) {
            return "flag";
        }
        return "default";
    }

    private ConfigValue given(String key) {
        return configuration.sources().getConfigValue(ConfigurationSource.PREFIX + key);
    }

    private String text(String key) {
        return Optional.ofNullable(given(key).getValue()).orElse("");
    }

    private static boolean isLoopback(String address) {
        return address.equals("localhost") || address.startsWith("127.") || address.equals("::1");
    }

    static String variable(String key) {
        return "DOUBLEWORD_" + key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    static String typeName(Class<?> type) {
        if (type.isEnum()) {
            return "known word";
        }
        return switch (type.getSimpleName()) {
            case "Integer", "Long" -> "whole number";
            case "Double", "Float", "BigDecimal" -> "number";
            case "Boolean" -> "yes or no";
            case "URI", "URL" -> "URL";
            case "Path" -> "path";
            default -> type.getSimpleName().toLowerCase(Locale.ROOT);
        };
    }

    private static String fix(Class<?> type) {
        if (type.isEnum()) {
            return "Write one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant)
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'))
                            .collect(Collectors.joining(", "))
                    + ".";
        }
        if (type == Duration.class) {
            return "Write a time as 500ms, 30s, 5m, 1h or 7d.";
        }
        return switch (type.getSimpleName()) {
            case "Integer", "Long" -> "Write digits only, as 8080.";
            case "Double", "Float", "BigDecimal" -> "Write a number, as 0.5.";
            case "Boolean" -> "Write true or false.";
            case "URI", "URL" -> "Write it whole, as https://example.com.";
            default -> "See docs/configuration.md.";
        };
    }
}
