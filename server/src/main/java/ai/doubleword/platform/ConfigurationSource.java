package ai.doubleword.platform;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.ConfigValueConfigSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `doubleword.yaml` as a source of the configuration: its `server.bind` is the program's `doubleword.server.bind`.
/// Each value keeps its line.
final class ConfigurationSource implements ConfigValueConfigSource {
    /// What every setting of ours begins with, and the file leaves out.
    static final String PREFIX = "doubleword.";

    /// Below flags (400) and environment (300), above what is built in (250).
    private static final int ORDINAL = 270;

    private final String name;
    private final Map<String, ConfigValue> values = new HashMap<>();

    ConfigurationSource(ConfigurationFile file) {
        name = file.path().toString();
        file.entries()
                .forEach((key, entry) -> values.put(
                        PREFIX + key,
                        ConfigValue.builder()
                                .withName(PREFIX + key)
                                .withValue(entry.value())
                                .withRawValue(entry.value())
                                .withConfigSourceName(name)
                                .withConfigSourceOrdinal(ORDINAL)
                                .withLineNumber(entry.line())
                                .build()));
    }

    @Override
    public @Nullable ConfigValue getConfigValue(String property) {
        return values.get(property);
    }

    @Override
    public Map<String, ConfigValue> getConfigValueProperties() {
        return Map.copyOf(values);
    }

    @Override
    public Set<String> getPropertyNames() {
        return Set.copyOf(values.keySet());
    }

    @Override
    public @Nullable String getValue(String property) {
        ConfigValue value = values.get(property);
        return value == null ? null : value.getValue();
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public String getName() {
        return name;
    }
}
