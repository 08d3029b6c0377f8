package ai.doubleword.batch.files;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What files of requests may be: `files.…` in `doubleword.yaml`.
@ConfigMapping(prefix = "doubleword.files")
public interface FilesConfig {
    /// The largest file, in bytes. Default 200 MiB.
    @WithDefault("209715200")
    long maxBytes();

    /// Most requests in a file. Default 50,000.
    @WithDefault("50000")
    int maxLines();

    /// The longest line, in bytes. Default 32 MiB, as for the body of an inference request.
    @WithDefault("33554432")
    int maxLineBytes();

    /// How many uploads hold a line above 1 MiB in memory at once; others wait. Default 2.
    @WithDefault("2")
    int largeLinesAtOnce();

    /// How long an upload may stay silent before it is ended. Default 1 minute.
    @WithDefault("1m")
    Duration stallTimeout();

    /// How long a file is kept whose upload does not say it itself, and what a batch wrote, from its end on. Default 30
    /// days.
    @WithDefault("30d")
    Duration retention();

    /// How long is known that a file was there whose bytes are gone. Default 365 days.
    @WithDefault("365d")
    Duration recordRetention();
}
