package ai.doubleword.platform;

import ai.doubleword.platform.ServerConfig.ForwardedHeader;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whose address a request comes from. The socket's, unless that is a trusted proxy's: then the header is read from its
/// right end, and the first address that is no trusted proxy's is the client's (S-06). Whatever stands further left is
/// hearsay. Thread-safe; without trusted proxies it reads no header.
@Singleton
public final class TrustedProxies {
    private final List<AddressRange> ranges;
    private final ForwardedHeader header;

    @Inject
    TrustedProxies(ServerConfig config) {
        this(
                config.trustedProxies().orElse(List.of()).stream()
                        .map(AddressRange::parse)
                        .toList(),
                config.forwardedHeader());
    }

    TrustedProxies(List<AddressRange> ranges, ForwardedHeader header) {
        this.ranges = List.copyOf(ranges);
        this.header = header;
    }

    /// The client's address. An entry that is no address, such as `unknown`, ends the walk: the client is then the last
    /// proxy that could be told.
    public InetAddress client(HttpServerRequest request) {
        InetAddress peer = InetAddress.ofLiteral(request.remoteAddress().hostAddress());
        if (ranges.isEmpty() || !isTrusted(peer)) {
            return peer;
        }
        return walk(
                peer, request.headers().getAll(header == ForwardedHeader.FORWARDED ? "forwarded" : "x-forwarded-for"));
    }

    /// Whether a connection itself comes from a trusted proxy.
    public boolean isPeer(HttpServerRequest request) {
        return isTrusted(InetAddress.ofLiteral(request.remoteAddress().hostAddress()));
    }

    InetAddress walk(InetAddress peer, List<String> values) {
        InetAddress last = peer;
        String[] hops = String.join(",", values).split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            InetAddress hop = header == ForwardedHeader.FORWARDED ? forwardedFor(hops[i]) : literal(hops[i].strip());
            if (hop == null) {
                return last;
            }
            last = hop;
            if (!isTrusted(hop)) {
                return hop;
            }
        }
        return last;
    }

    private boolean isTrusted(InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /// The `for` parameter of one element of a `Forwarded` header.
    private static @Nullable InetAddress forwardedFor(String element) {
        for (String pair : element.split(";", -1)) {
            String text = pair.strip();
            if (text.toLowerCase(Locale.ROOT).startsWith("for=")) {
                return literal(text.substring("for=".length()).replace("\"", ""));
            }
        }
        return null;
    }

    /// An address, with or without a port and the brackets of IPv6; names are never resolved.
    private static @Nullable InetAddress literal(String text) {
        String bare = text;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            bare = end < 0 ? text : text.substring(1, end);
        } else if (text.indexOf(':') > 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            bare = text.substring(0, text.indexOf(':'));
        }
        try {
            return bare.isEmpty() ? null : InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
