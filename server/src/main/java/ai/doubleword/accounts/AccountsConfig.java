package ai.doubleword.accounts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Signing in.
@ConfigMapping(prefix = "doubleword.accounts")
public interface AccountsConfig {
    /// How long a browser stays signed in.
    SessionLife session();

    /// Two clocks; whichever runs out first ends a session.
    interface SessionLife {
        /// A session that was not used for this long ends. Default 12 h.
        @WithDefault("12h")
        Duration idle();

        /// A session ends this long after signing in, however busy it is. Default 7 days.
        @WithDefault("7d")
        Duration absolute();
    }
}
