package ai.doubleword.console;

import ai.doubleword.platform.Notice;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Takes the [Notice] that the answer before left in a cookie, so that it is shown once.
final class Notices {
    private Notices() {}

    static String take(RoutingContext context) {
        Cookie cookie = context.request().getCookie(Notice.COOKIE);
        if (cookie == null || cookie.getValue().isEmpty()) {
            return "";
        }
        context.response()
                .addCookie(Cookie.cookie(Notice.COOKIE, "").setPath("/").setMaxAge(0));
        try {
            return new String(Base64.getUrlDecoder().decode(cookie.getValue()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
