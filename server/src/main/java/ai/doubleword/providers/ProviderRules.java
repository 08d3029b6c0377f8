package ai.doubleword.providers;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a provider's settings may be. Each method answers the value in force, or throws `invalid_value` that says what
/// is possible.
final class ProviderRules {
    /// Ours to set: a provider's own header must not change how we speak HTTP.
    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "content-type",
            "transfer-encoding",
            "connection",
            "accept-encoding",
            "traceparent",
            "te",
            "upgrade",
            "expect");

    private static final int LONGEST_WAIT_MS = 86_400_000;

    private ProviderRules() {}

    static String name(@Nullable String name) {
        if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw invalid("name", "must be 1 to 64 letters, digits, '.', '_' or '-', and begin with a letter or digit");
        }
        return name;
    }

    static ProviderKind kind(String kind) {
        return ProviderKind.of(kind)
                .orElseThrow(() -> invalid("kind", "must be openai-compatible, local-embedding or simulator"));
    }

    static ResponsesSupport responses(String support) {
        return ResponsesSupport.of(support)
                .orElseThrow(() -> invalid("quirks.responses", "must be none, native or only"));
    }

    static String baseUrl(ProviderKind kind, String url) {
        if (kind != ProviderKind.OPENAI_COMPATIBLE) {
            return "";
        }
        try {
            URI parsed = new URI(url);
            String scheme = String.valueOf(parsed.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && parsed.getHost() != null
                    && parsed.getUserInfo() == null
                    && parsed.getRawQuery() == null
                    && parsed.getRawFragment() == null) {
                return url.replaceAll("/+$", "");
            }
        } catch (URISyntaxException e) {
            throw invalid("base_url", "must be a URL such as http://localhost:8000/v1");
        }
        throw invalid("base_url", "must be a URL such as http://localhost:8000/v1, without user, query or fragment");
    }

    static String header(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.matches("[a-z0-9!#$%&'*+.^_`|~-]{1,128}") || OURS.contains(lower)) {
            throw invalid("headers", "cannot hold '" + name + "'");
        }
        return lower;
    }

    /// A secret or header value as HTTP can carry it. The message does not repeat it.
    static String value(String param, String value) {
        if (value.length() > 8_192 || !value.matches("[\\x20-\\x7e\\t]*")) {
            throw invalid(param, "must be at most 8192 printable ASCII characters");
        }
        return value;
    }

    static int millis(String param, int millis) {
        if (millis < 1 || millis > LONGEST_WAIT_MS) {
            throw invalid(param, "must be 1 to " + LONGEST_WAIT_MS + " ms");
        }
        return millis;
    }

    static int atLeastZero(String param, int number) {
        if (number < 0) {
            throw invalid(param, "must not be negative");
        }
        return number;
    }

    static String path(String path) {
        if (!path.matches("/[A-Za-z0-9._~/%?=&-]{0,255}")) {
            throw invalid("health.path", "must be a path such as /models");
        }
        return path;
    }

    private static ProblemException invalid(String param, String rule) {
        return new ProblemException(
                Problem.ofParam(ErrorCode.INVALID_VALUE, param, "The provider's " + param + " " + rule + "."));
    }
}
