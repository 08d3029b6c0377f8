package ai.doubleword.platform;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Finds and reads the configuration before and without the frame: for commands, and for the check that precedes a
/// start. Sources in order: flags (as system properties), environment, `doubleword.yaml`, defaults.
public final class Configuration {
    /// The system property that names the file; empty when there is none. The frame's own sources read it too.
    public static final String FILE_PROPERTY = "doubleword.config-file";

    private static final String FILE_NAME = "doubleword.yaml";

    private final SmallRyeConfig sources;
    private final Optional<ConfigurationFile> file;

    private Configuration(SmallRyeConfig sources, Optional<ConfigurationFile> file) {
        this.sources = sources;
        this.file = file;
    }

    /// Reads everything as it is now.
    public static Configuration load() {
        Optional<ConfigurationFile> file = locate().map(ConfigurationFile::read);
        System.setProperty(
                FILE_PROPERTY, file.map(found -> found.path().toString()).orElse(""));
        return of(file, System.getenv());
    }

    static Configuration of(Optional<ConfigurationFile> file, Map<String, String> environment) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withSources(new SysPropConfigSource(), new EnvConfigSource(environment, 300))
                .withSources(builtIn())
                .withInterceptors(new SecretFileInterceptor())
                .addDefaultInterceptors()
                .addDiscoveredConverters();
        file.ifPresent(found -> builder.withSources(new ConfigurationSource(found)));
        return new Configuration(builder.build(), file);
    }

    /// The home directory that flags, environment and file choose.
    public static Path home() {
        return load().homePath();
    }

    Path homePath() {
        return sources.getOptionalValue("doubleword.home", Path.class)
                .orElseGet(Configuration::defaultHome)
                .toAbsolutePath();
    }

    /// The file, if there is one.
    public Optional<ConfigurationFile> file() {
        return file;
    }

    SmallRyeConfig sources() {
        return sources;
    }

    private static Optional<Path> locate() {
        String named = System.getProperty(FILE_PROPERTY, "");
        if (named.isEmpty()) {
            named = System.getenv().getOrDefault("DOUBLEWORD_CONFIG", "");
        }
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        String home = System.getProperty("doubleword.home", System.getenv().getOrDefault("DOUBLEWORD_HOME", ""));
        Path inHome = (home.isEmpty() ? defaultHome() : Path.of(home)).resolve(FILE_NAME);
        return Optional.of(Path.of(FILE_NAME))
                .filter(Files::exists)
                .or(() -> Optional.of(inHome).filter(Files::exists));
    }

    private static PropertiesConfigSource builtIn() {
        try {
            return new PropertiesConfigSource(
                    Objects.requireNonNull(Configuration.class.getResource("/application.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path defaultHome() {
        return Path.of(System.getProperty("user.home"), ".doubleword");
    }
}
