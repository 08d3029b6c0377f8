package ai.doubleword.accounts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Users and signing in.
@ConfigMapping(prefix = "doubleword.accounts")
public interface AccountsConfig {
    /// How long a browser stays signed in.
    SessionLife session();

    /// Who may make a user without an administrator: nobody (`off`; who is invited into an organization still may,
    /// by the invite's link), who has an open invite, which is then sent again (`invite`), or, besides, who reads
    /// mails at one of `domains` (`domain`).
    @WithDefault("off")
    Registration registration();

    /// The domains whose addresses may register, as `example.com`; domains below them are others.
    Optional<List<String>> domains();

    /// Who may register.
    enum Registration {
        OFF,
        INVITE,
        DOMAIN
    }

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
