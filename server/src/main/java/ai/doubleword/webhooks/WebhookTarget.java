package ai.doubleword.webhooks;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.Egress;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Which URLs an endpoint can have (S-07). Names are looked up when something is sent, not here; thread-safe.
@Singleton
final class WebhookTarget {
    private static final int LONGEST = 2_048;

    private final Egress egress;

    WebhookTarget(Egress egress) {
        this.egress = egress;
    }

    /// The URL, checked.
    ///
    /// @throws ProblemException `invalid_value` with what to write instead
    String check(String url) {
        URI parsed = parse(url);
        boolean plain = "http".equals(scheme(parsed));
        if (plain && !egress.opensRanges()) {
            throw refused("A webhook's URL begins with https://. Without TLS only addresses of the own network can be"
                    + " reached that the operator lists in egress.user-ranges.");
        }
        String host = parsed.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (bare.equalsIgnoreCase("localhost") || bare.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            requireReachable(bare);
        }
        return url;
    }

    private static URI parse(String url) {
        try {
            URI parsed = new URI(url);
            boolean known = scheme(parsed).equals("https") || scheme(parsed).equals("http");
            if (url.length() <= LONGEST
                    && known
                    && parsed.getHost() != null
                    && parsed.getUserInfo() == null
                    && parsed.getFragment() == null) {
                return parsed;
            }
        } catch (URISyntaxException e) {
            throw refused(
                    "This is no URL: " + e.getReason() + ". Write one like https://example.com/hooks/doubleword.");
        }
        throw refused("Write a URL like https://example.com/hooks/doubleword: at most 2048 characters, without a user"
                + " and without a fragment.");
    }

    private static String scheme(URI url) {
        return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    }

    private void requireReachable(String host) {
        InetAddress address;
        try {
            address =
                    host.equalsIgnoreCase("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            throw refused("'" + host + "' is no address.");
        }
        if (!egress.allows(address, AddressRule.USER)) {
            throw refused("Webhooks reach public addresses only, and '" + host
                    + "' is none. The operator can open ranges" + " of the own network: egress.user-ranges.");
        }
    }

    private static ProblemException refused(String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "url", message));
    }
}
