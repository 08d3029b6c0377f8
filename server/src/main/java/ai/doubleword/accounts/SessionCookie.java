package ai.doubleword.accounts;

import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.NewCookie;
import java.time.Duration;
import java.util.Optional;

/// The cookie that holds a session's token (S-14): `__Host-dw` over https; `dw-session` over plain http, where
/// browsers refuse the prefix. Out of reach for scripts, and not sent along with other sites' requests but for
/// following a link.
@Singleton
public final class SessionCookie {
    private final boolean secure;
    private final Duration lifetime;

    SessionCookie(PublicAddress address, AccountsConfig config) {
        this.secure = "https".equals(address.publicUrl().getScheme());
        this.lifetime = config.session().absolute();
    }

    public String name() {
        return secure ? "__Host-dw" : "dw-session";
    }

    /// The token that a request carries.
    Optional<String> read(ContainerRequestContext request) {
        return Optional.ofNullable(request.getCookies().get(name())).map(Cookie::getValue);
    }

    /// Signs the browser in that gets this.
    public NewCookie holding(Secret token) {
        return with(name(), token.revealText(), Math.toIntExact(lifetime.toSeconds()));
    }

    /// Makes a browser forget its session.
    public NewCookie none() {
        return with(name(), "", 0);
    }

    /// What binds a sign-in at an issuer to the browser that began it, for as long as that may take.
    NewCookie binding(Secret token) {
        return with(bindingName(), token.revealText(), Math.toIntExact(OidcAttempts.LIFETIME.toSeconds()));
    }

    /// Makes a browser forget the sign-in under way.
    NewCookie noBinding() {
        return with(bindingName(), "", 0);
    }

    Optional<String> readBinding(ContainerRequestContext request) {
        return Optional.ofNullable(request.getCookies().get(bindingName())).map(Cookie::getValue);
    }

    private String bindingName() {
        return name() + "-oidc";
    }

    private NewCookie with(String name, String value, int seconds) {
        return new NewCookie.Builder(name)
                .value(value)
                .path("/")
                .maxAge(seconds)
                .httpOnly(true)
                .secure(secure)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
