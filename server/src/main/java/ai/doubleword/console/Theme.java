package ai.doubleword.console;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The reader's choice of light, dark, or what the system has; a cookie, so that the server writes each page in it and
/// nothing flashes. Templates say `inject:theme`.
@Named("theme")
@Singleton
public final class Theme {
    private static final String COOKIE = "dw-theme";
    private static final String SYSTEM = "system";
    private static final Set<String> CHOICES = Set.of("light", "dark", SYSTEM);

    private final CurrentVertxRequest request;

    Theme(CurrentVertxRequest request) {
        this.request = request;
    }

    /// `light`, `dark` or `system`.
    public String choice() {
        return Arc.container().requestContext().isActive() ? of(request.getCurrent()) : SYSTEM;
    }

    /// Whether it is this one.
    public boolean is(String theme) {
        return choice().equals(theme);
    }

    static String of(@Nullable RoutingContext context) {
        Cookie cookie = context == null ? null : context.request().getCookie(COOKIE);
        return cookie != null && CHOICES.contains(cookie.getValue()) ? cookie.getValue() : SYSTEM;
    }
}
