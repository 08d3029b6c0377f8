package ai.doubleword.platform;

import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Locale;

/// How the world reaches this server, from configuration alone: a Host header never decides (S-11).
@Singleton
public final class PublicAddress {
    private final ServerConfig config;

    PublicAddress(ServerConfig config) {
        this.config = config;
    }

    /// `server.public-url` without a slash at its end; by default localhost and the configured port.
    public URI publicUrl() {
        String scheme = config.tls().certificate().isPresent() ? "https" : "http";
        return config.publicUrl()
                .map(PublicAddress::withoutSlash)
                .orElseGet(() -> URI.create(scheme + "://localhost:" + config.port()));
    }

    /// What a browser calls pages of ours in its `Origin` header: without path, and without the scheme's own port.
    public String origin() {
        URI url = publicUrl();
        String host = url.getHost().toLowerCase(Locale.ROOT);
        int port = url.getPort();
        boolean usual = port < 0 || port == ("https".equals(url.getScheme()) ? 443 : 80);
        return url.getScheme() + "://" + host + (usual ? "" : ":" + port);
    }

    /// The base URL of the AI API, as samples show it.
    public URI apiUrl() {
        return config.apiUrl().map(PublicAddress::withoutSlash).orElseGet(() -> URI.create(publicUrl() + "/v1"));
    }

    private static URI withoutSlash(URI url) {
        String text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }
}
