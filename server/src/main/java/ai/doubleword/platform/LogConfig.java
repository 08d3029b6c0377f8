package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// What the server says of itself.
@ConfigMapping(prefix = "doubleword.log")
public interface LogConfig {
    /// `plain` lines for people, or one JSON object per line.
    @WithDefault("plain")
    Format format();

    /// The least grave level that is written: `debug`, `info`, `warn` or `error`.
    @WithDefault("info")
    Level level();

    /// How a line looks.
    enum Format {
        PLAIN,
        JSON
    }

    /// How grave a line is.
    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
