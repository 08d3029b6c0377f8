package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Confirmation;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.accounts.Membership;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Where the browser login of the existing command-line client ends: it hands a pair of keys to the program that
/// waits on a port of the user's own machine. Secrets in a URL are what that client understands; they never leave
/// the machine, and no referrer and no cache keeps them.
@Path("admin/api/v1/auth/cli-callback")
@RunOnVirtualThread
public final class CliLoginResource {
    private final CliLogins logins;
    private final Accounts accounts;
    private final CurrentSession session;
    private final Confirmation confirmation;

    CliLoginResource(CliLogins logins, Accounts accounts, CurrentSession session, Confirmation confirmation) {
        this.logins = logins;
        this.accounts = accounts;
        this.session = session;
        this.confirmation = confirmation;
    }

    @GET
    @RoutePolicy(Authentication.SESSION)
    @Operation(hidden = true)
    public Response handOver(
            @QueryParam("port") @Nullable String port,
            @QueryParam("state") @Nullable String state,
            @QueryParam("org") @Nullable String org,
            @HeaderParam("Sec-Fetch-Site") @Nullable String site,
            @Context UriInfo uri) {
        // A page of another site must not make keys, even if nobody waits for them.
        if ("cross-site".equals(site)) {
            throw new ProblemException(
                    ErrorCode.CROSS_SITE_REFUSED, "Another site sent you here. Run the login command instead.");
        }
        int waiting = port(port);
        if (state == null || state.isEmpty()) {
            throw invalid("state", "The login command sends a state.");
        }
        if (!confirmation.isFresh()) {
            URI here = uri.getRequestUri();
            return PlainPages.seeOther(Confirmation.to(here.getRawPath() + '?' + here.getRawQuery()))
                    .build();
        }
        User user = accounts.user(session.get().user()).orElseThrow();
        @Nullable Organization organization = org == null || org.isEmpty() ? null : organization(user, org);
        CliLogins.Pair pair = logins.issue(user, organization, session.get().device());
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("state", state);
        parameters.putAll(pair.handedOver());
        return Response.status(Response.Status.FOUND)
                .header("Location", "http://127.0.0.1:" + waiting + "/callback?" + encoded(parameters))
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    private Organization organization(User user, String named) {
        return accounts.memberships(user.id()).stream()
                .map(Membership::organization)
                .filter(organization -> organization.slug().equalsIgnoreCase(named)
                        || organization.name().equalsIgnoreCase(named))
                .findFirst()
                .orElseThrow(() -> invalid("org", "You are in no organization of this name."));
    }

    private static int port(@Nullable String text) {
        if (text != null && text.matches("[0-9]{4,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1024 && port <= 65_535) {
                return port;
            }
        }
        throw invalid("port", "The login command waits on a port of 1024 to 65535.");
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + '=' + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }
}
