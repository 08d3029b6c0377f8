package ai.doubleword.demo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Made-up data for looking around.
@ConfigMapping(prefix = "doubleword.demo")
public interface DemoConfig {
    /// Whether an empty system is filled with demo data when it starts; `doubleword serve --demo` says so too.
    @WithDefault("false")
    boolean onStart();

    /// How long real calls are made once the history is written; default a minute, at most that.
    @WithDefault("60s")
    Duration callsFor();
}
