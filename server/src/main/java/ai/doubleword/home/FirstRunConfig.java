package ai.doubleword.home;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.util.Optional;

/// What the very first start does.
@ConfigMapping(prefix = "doubleword")
public interface FirstRunConfig {
    /// Whether the first start prints the administrator's link and a key. Default true; false in the container image,
    /// whose output others collect. Never with a database of one's own.
    @WithName("first-run.print-secrets")
    @WithDefault("true")
    boolean printSecrets();

    /// The address of the first administrator, where no link is printed; the password comes by
    /// `doubleword admin link`. Also `DOUBLEWORD_ADMIN_EMAIL`. Default `admin@localhost`.
    @WithName("admin-email")
    Optional<String> adminEmail();
}
