package ai.doubleword.console;

import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The account that a browser looks at: it stands in the address of most pages, and a cookie remembers it for the rest.
/// The cookie grants nothing: whoever asks for an account that is not theirs gets 404.
final class LastPlace {
    static final String COOKIE = "dw-place";
    static final String PERSONAL = "/me";

    private static final Pattern IN_PATH = Pattern.compile("(/me|/o/[a-z0-9-]{1,64})(/[a-z-]*)?(/.*)?");

    private static final Set<String> ORGANIZATION_ONLY =
            Set.of("/members", "/invites", "/join-requests", "/audit", "/settings");

    private LastPlace() {}

    /// `/me` or `/o/slug`.
    static String of(RoutingContext context) {
        Cookie cookie = context.request().getCookie(COOKIE);
        return inPath(context.normalizedPath())
                .or(() -> inPath(cookie == null ? "" : ofCookie(cookie.getValue())))
                .orElse(PERSONAL);
    }

    /// A path as a cookie may hold it: `/o/acme` is `o.acme`.
    static String toCookie(String place) {
        return place.substring(1).replace('/', '.');
    }

    private static String ofCookie(String value) {
        return '/' + value.replace('.', '/');
    }

    /// The section of a page within its account, as `/api-keys`, which every account has; empty for the first page.
    static String section(String path) {
        Matcher matched = IN_PATH.matcher(path);
        String section = matched.matches() && matched.group(2) != null ? matched.group(2) : "";
        return ORGANIZATION_ONLY.contains(section) || section.equals("/") ? "" : section;
    }

    /// The account that a page's address names, if it names one.
    static Optional<String> inPath(String path) {
        Matcher matched = IN_PATH.matcher(path);
        return matched.matches() ? Optional.of(matched.group(1)) : Optional.empty();
    }
}
