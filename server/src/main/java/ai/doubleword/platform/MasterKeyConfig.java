package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.util.Optional;

/// The secret from which all others follow.
@ConfigMapping(prefix = "doubleword")
public interface MasterKeyConfig {
    /// 32 bytes as base64 or hexadecimal digits; the same on every node. Required with a database of one's own;
    /// otherwise made at the first start and kept in `HOME/secrets/master.key`. Also `DOUBLEWORD_MASTER_KEY`.
    @WithName("master-key")
    Optional<String> masterKey();
}
