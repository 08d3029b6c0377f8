package ai.doubleword.console;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Remembers the account whose page a browser was shown, for addresses that name none.
@Singleton
final class LastPlaceFilter {
    private static final int YEAR = 31_536_000;

    @ServerResponseFilter
    public void remember(ContainerRequestContext request, ContainerResponseContext response) {
        String path = request.getUriInfo().getPath();
        MediaType type = response.getMediaType();
        if (response.getStatus() == 200 && type != null && "html".equals(type.getSubtype())) {
            LastPlace.inPath(path).map(LastPlace::toCookie).ifPresent(place -> {
                var known = request.getCookies().get(LastPlace.COOKIE);
                if (known == null || !known.getValue().equals(place)) {
                    NewCookie cookie = new NewCookie.Builder(LastPlace.COOKIE)
                            .value(place)
                            .path("/")
                            .maxAge(YEAR)
                            .httpOnly(true)
                            .sameSite(NewCookie.SameSite.LAX)
                            .build();
                    response.getHeaders().add(HttpHeaders.SET_COOKIE, cookie);
                }
            });
        }
    }
}
