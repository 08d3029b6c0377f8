package ai.doubleword.accounts;

import ai.doubleword.platform.PlainPages;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way to the sign-in page and back to where one came from.
public final class SignInPath {
    static final String SIGN_IN = "/authentication/sign_in";

    private static final String HOME = "/";
    private static final int LONGEST = 2048;

    private SignInPath() {}

    /// Where a page goes for whoever is not signed in: to sign in, and then back. Nothing for requests that no
    /// person looks at.
    public static Optional<Response> detour(ContainerRequestContext request) {
        if (request.getHeaderString("HX-Request") != null) {
            String page = request.getHeaderString("HX-Current-URL");
            String path = page == null ? HOME : path(page.replaceFirst("^https?://[^/]*", ""));
            return Optional.of(Response.status(Response.Status.UNAUTHORIZED)
                    .header("HX-Redirect", to(path))
                    .build());
        }
        String accept = request.getHeaderString("Accept");
        if (!request.getMethod().equals("GET") || accept == null || !accept.contains("text/html")) {
            return Optional.empty();
        }
        URI wanted = request.getUriInfo().getRequestUri();
        String query = wanted.getRawQuery();
        return Optional.of(
                PlainPages.seeOther(to(query == null ? wanted.getRawPath() : wanted.getRawPath() + '?' + query))
                        .build());
    }

    /// Where to go after signing in: `rd` if it is a path of this server, else the first page. Whatever a browser
    /// could read as another host is refused: `//host`, `/\host`, and control characters, which browsers drop.
    static String path(@Nullable String rd) {
        if (rd == null
                || rd.length() > LONGEST
                || !rd.startsWith("/")
                || rd.startsWith("//")
                || rd.indexOf('\\') >= 0
                || rd.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            return HOME;
        }
        try {
            URI parsed = URI.create(rd);
            return parsed.getScheme() == null && parsed.getRawAuthority() == null ? rd : HOME;
        } catch (IllegalArgumentException e) {
            return HOME;
        }
    }

    /// The sign-in page, which leads to a path then.
    static String to(String path) {
        return path.equals(HOME) ? SIGN_IN : SIGN_IN + "?rd=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    }
}
