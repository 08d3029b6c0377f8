package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The issuers that the configuration names, and a dry run of each: nothing changes.
@Path("admin/api/v1/single-sign-on")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Signing in")
public final class SingleSignOnResource {
    private final OidcIssuers issuers;
    private final SingleSignOn signOn;

    SingleSignOnResource(OidcIssuers issuers, SingleSignOn signOn) {
        this.issuers = issuers;
        this.signOn = signOn;
    }

    /// An issuer.
    ///
    /// @param redirectUri where it sends browsers back to: it must know this address
    record IssuerView(String name, String label, URI issuer, String clientId, URI redirectUri) {}

    /// What to try.
    ///
    /// @param claims as the issuer would put them into a token
    record Trial(@Nullable Map<String, Object> claims) {}

    /// What a dry run found.
    ///
    /// @param keys how many keys the issuer publishes now
    /// @param outcome what the claims would lead to; absent without claims
    record Report(
            IssuerView issuer, URI authorizationEndpoint, URI tokenEndpoint, int keys, Optional<Outcome> outcome) {}

    /// Who would be signed in, with what.
    ///
    /// @param result `known`, `linked`, `new` or `refused`
    /// @param because why it would be refused
    /// @param user who it would be, if there is one
    /// @param role on the whole platform; absent where no rule is about roles
    /// @param groups that the rules give
    /// @param leavesGroups that rules are about but do not give
    /// @param organizations roles by slug
    record Outcome(
            String result,
            Optional<String> because,
            Optional<String> user,
            Optional<String> role,
            Set<String> groups,
            Set<String> leavesGroups,
            Map<String, String> organizations) {}

    @GET
    @Operation(summary = "The issuers that the configuration names")
    public List<IssuerView> list() {
        return issuers.all().keySet().stream().map(this::view).toList();
    }

    @POST
    @Path("{name}/check")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Try an issuer without signing anybody in",
            description = "Reads its metadata and keys anew, and says what the rules make of the claims.")
    public Report check(@PathParam("name") String name, @Nullable Trial trial) {
        OidcConfig.Issuer issuer = issuers.find(name)
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such issuer."));
        try {
            OidcClient client = issuers.discover(name);
            return new Report(
                    view(name),
                    client.authorizationEndpoint(),
                    client.tokenEndpoint(),
                    client.publishedKeys(),
                    Optional.ofNullable(trial)
                            .map(Trial::claims)
                            .map(claims -> outcome(issuer, new OidcClaims(claims))));
        } catch (OidcException broken) {
            throw new ProblemException(ErrorCode.SINGLE_SIGN_ON_FAILED, String.valueOf(broken.getMessage()));
        }
    }

    private Outcome outcome(OidcConfig.Issuer issuer, OidcClaims claims) {
        OidcRules.Given given = new OidcRules(issuer.rules()).apply(claims);
        String result;
        Optional<String> because = Optional.empty();
        Optional<String> user = Optional.empty();
        switch (signOn.match(issuer, claims)) {
            case SingleSignOn.Match.Known(long id) -> {
                result = "known";
                user = Optional.of(Ids.format(User.PREFIX, id));
            }
            case SingleSignOn.Match.ByAddress(long id, var _) -> {
                result = "linked";
                user = Optional.of(Ids.format(User.PREFIX, id));
            }
            case SingleSignOn.Match.New(var _) -> result = "new";
            case SingleSignOn.Match.None(String reason) -> {
                result = "refused";
                because = Optional.of(reason);
            }
        }
        return new Outcome(
                result,
                because,
                user,
                given.role().map(UserRole::wire),
                given.groups(),
                given.otherGroups(),
                given.organizations().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().wire())));
    }

    private IssuerView view(String name) {
        OidcConfig.Issuer issuer = issuers.find(name).orElseThrow();
        return new IssuerView(name, issuers.label(name), issuer.issuer(), issuer.clientId(), issuers.redirect(name));
    }
}
