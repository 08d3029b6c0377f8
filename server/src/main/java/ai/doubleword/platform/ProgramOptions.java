package ai.doubleword.platform;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Flags that every command takes, as they choose the data and the configuration. A mixin of picocli's.
public final class ProgramOptions {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where the data is. Default: DOUBLEWORD_HOME, then ~/.doubleword.")
    private @Nullable Path home;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration. Default: DOUBLEWORD_CONFIG, then doubleword.yaml here, then in the home.")
    private @Nullable Path file;

    /// Makes the flags the configuration's first source. Call before anything reads the configuration.
    public void apply() {
        if (home != null) {
            System.setProperty("doubleword.home", home.toAbsolutePath().toString());
        }
        if (file != null) {
            System.setProperty(
                    Configuration.FILE_PROPERTY, file.toAbsolutePath().toString());
        }
    }
}
