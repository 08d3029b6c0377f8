package ai.doubleword.accounts;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Signing in by a proxy that has done it already.
@ConfigMapping(prefix = "doubleword.proxy-sign-on")
public interface ProxySignOnConfig {
    /// The header in which a proxy says the mail address of who is signed in there, as `X-Forwarded-Email`.
    /// It counts only on connections that come from an address of `server.trusted-proxies`; the proxy must
    /// remove it from what browsers send. Without it no header signs anybody in.
    Optional<String> header();
}
