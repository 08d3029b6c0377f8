package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every setting that the program knows, derived from the interfaces with `@ConfigMapping(prefix = "doubleword…")`:
/// whoever adds such an interface, named `…Config`, adds to this, to the check, and to the reference. Immutable.
public final class SettingCatalogue {
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(password|secret|token|pepper|master-key|api-key|secret-access-key)$");
    private static final Set<String> CARRY_SECRETS =
            Set.of("database.url", "database.migration-url", "database.listen-url");

    private final List<Setting> settings;

    /// A setting.
    ///
    /// @param name without the prefix `doubleword.`; `[*]` stands for a list's index, `*` for a map's key
    /// @param type of one value
    /// @param fallback the default as it would be written; empty if there is none
    /// @param secret whether its value is never shown
    /// @param declared the method that declares it
    public record Setting(String name, Class<?> type, Optional<String> fallback, boolean secret, Method declared) {
        boolean matches(String given) {
            if (!name.contains("*")) {
                return name.equals(given);
            }
            String pattern = Pattern.quote(name)
                    .replace("[*]", "\\E(\\[[0-9]+\\])?\\Q")
                    .replace("*", "\\E(\"[^\"]+\"|[^.]+)\\Q");
            return given.matches(pattern);
        }
    }

    private SettingCatalogue(List<Setting> settings) {
        this.settings = settings;
    }

    /// Finds the interfaces where this program's own classes are.
    public static SettingCatalogue ofProgram() {
        List<Setting> found = new ArrayList<>();
        for (Class<?> mapping : mappings()) {
            ConfigMappings.ConfigClass configClass = ConfigMappings.ConfigClass.configClass(mapping);
            for (Map.Entry<String, Property> entry :
                    ConfigMappings.getProperties(configClass).entrySet()) {
                if (entry.getKey().startsWith(ConfigurationSource.PREFIX)) {
                    found.add(setting(entry.getKey().substring(ConfigurationSource.PREFIX.length()), entry.getValue()));
                }
            }
        }
        // A list is told twice: by its own name, and with an index.
        Set<String> lists = found.stream()
                .map(Setting::name)
                .filter(name -> name.endsWith("[*]"))
                .map(name -> name.substring(0, name.length() - "[*]".length()))
                .collect(Collectors.toSet());
        found.removeIf(setting -> lists.contains(setting.name()));
        found.sort(Comparator.comparing(Setting::name));
        return new SettingCatalogue(List.copyOf(found));
    }

    /// All of them, by name.
    public List<Setting> settings() {
        return settings;
    }

    /// The setting that a name stands for, `server.trusted-proxies[0]` included.
    public Optional<Setting> find(String name) {
        return settings.stream().filter(setting -> setting.matches(name)).findFirst();
    }

    /// The setting that a `…-file` name reads from a file.
    public Optional<Setting> findFileOf(String name) {
        return name.endsWith(SecretFileInterceptor.SUFFIX)
                ? find(name.substring(0, name.length() - SecretFileInterceptor.SUFFIX.length()))
                : Optional.empty();
    }

    /// The known name that an unknown one was most likely meant to be.
    public Optional<String> nearest(String unknown) {
        return Nearest.to(unknown, settings.stream().map(Setting::name).toList());
    }

    private static Setting setting(String name, Property property) {
        Class<?> type = leafType(property.getMethod().getGenericReturnType());
        Optional<String> fallback =
                property.hasDefaultValue() ? Optional.of(property.getDefaultValue()) : Optional.empty();
        boolean secret = type == Secret.class
                || CARRY_SECRETS.contains(name)
                || SECRET_NAME.matcher(name).matches();
        return new Setting(name, type, fallback, secret, property.getMethod());
    }

    /// What stands inside of Optional, List, Set and Map.
    private static Class<?> leafType(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return leafType(arguments[arguments.length - 1]);
        }
        Class<?> raw = (Class<?>) type;
        return switch (raw.getName()) {
            case "int", "java.util.OptionalInt" -> Integer.class;
            case "long", "java.util.OptionalLong" -> Long.class;
            case "double", "java.util.OptionalDouble" -> Double.class;
            case "boolean" -> Boolean.class;
            default -> raw;
        };
    }

    private static List<Class<?>> mappings() {
        List<Class<?>> found = new ArrayList<>();
        try {
            URI self = SettingCatalogue.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            Path place = Path.of(self);
            if (Files.isDirectory(place)) {
                collect(place, found);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(place)) {
                    collect(jar.getPath("/"), found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    private static void collect(Path root, List<Class<?>> found) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("ai/doubleword"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith("Config.class")).toList()) {
                String relative = root.relativize(file).toString().replace('\\', '/');
                String name = relative.substring(0, relative.length() - ".class".length())
                        .replace('/', '.');
                Class<?> candidate = Class.forName(name, false, SettingCatalogue.class.getClassLoader());
                if (candidate.isAnnotationPresent(ConfigMapping.class)) {
                    found.add(candidate);
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
