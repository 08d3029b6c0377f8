package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the server listens and who may reach it.
@ConfigMapping(prefix = "doubleword.server")
public interface ServerConfig {
    /// The address to listen on; `0.0.0.0` for every one of this machine.
    @WithDefault("127.0.0.1")
    String bind();

    /// The port to listen on; 0 takes a free one.
    @WithDefault("8080")
    int port();

    /// How browsers reach the server: the only source of links in mails, sign-in redirects, and Origin checks.
    /// Default `http://localhost:PORT`.
    Optional<URI> publicUrl();

    /// The base URL that samples show. Default: `public-url` and `/v1`.
    Optional<URI> apiUrl();

    /// Serving HTTPS ourselves.
    Tls tls();

    /// Addresses or ranges (`10.0.0.0/8`) of proxies in front of the server. Only what they say of a client's address
    /// counts.
    Optional<List<String>> trustedProxies();

    /// The one header that those proxies set: `x-forwarded-for` or `forwarded`. The other is not read, for a client
    /// could have sent it.
    @WithDefault("x-forwarded-for")
    ForwardedHeader forwardedHeader();

    /// Calls from web pages of other origins, for `/v1` and `/ai/v1` only.
    Cors cors();

    /// Serve another address than loopback without TLS and without a trusted proxy: keys then travel in clear text.
    @WithDefault("false")
    boolean allowHttp();

    /// A certificate and its key; both or none.
    interface Tls {
        /// PEM file with the certificate and its chain; read again within 30 s after it changes.
        Optional<Path> certificate();

        /// PEM file with the private key.
        Optional<Path> key();
    }

    /// Cross-origin calls.
    interface Cors {
        /// Origins (`https://app.example.com`) whose pages may call the AI API, or `*` for every one. Off without.
        Optional<List<String>> origins();
    }

    /// The header that a proxy writes the client's address into.
    enum ForwardedHeader {
        /// The widespread one: addresses, separated by commas.
        X_FORWARDED_FOR,
        /// The standard one, RFC 7239.
        FORWARDED
    }
}
