package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/// Where the server keeps what is its own.
@ConfigMapping(prefix = "doubleword")
public interface HomeConfig {
    /// The home directory: database, secrets, journal, logs. Also `--home`, `DOUBLEWORD_HOME`.
    /// Default `~/.doubleword`.
    @WithDefault("${user.home}/.doubleword")
    Path home();
}
