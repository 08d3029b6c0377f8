package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Organizations. `{organization}` is `org_…` or a slug; to whom it is nothing, it does not exist.
@Path("admin/api/v1/organizations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.MANAGEMENT)
@Tag(name = "Organizations")
public final class OrganizationsResource {
    private final Accounts accounts;
    private final CurrentCaller caller;
    private final CurrentOrganization current;
    private final AccountNames names;
    private final JoinDomains domains;
    private final OrganizationEnd end;

    OrganizationsResource(
            Accounts accounts,
            CurrentCaller caller,
            CurrentOrganization current,
            AccountNames names,
            JoinDomains domains,
            OrganizationEnd end) {
        this.end = end;
        this.accounts = accounts;
        this.names = names;
        this.domains = domains;
        this.caller = caller;
        this.current = current;
    }

    /// An organization.
    ///
    /// @param contact whom to write to about it; may be empty
    /// @param visibility who sees files, batches and responses besides owners and admins: `maker` or `organization`
    /// @param role the caller's
    /// @param joinDomains mail domains whose users join by themselves; where one organization is asked for
    record OrganizationView(
            String id,
            String slug,
            String name,
            String contact,
            String visibility,
            String role,
            @Nullable List<String> joinDomains) {}

    /// What to make or to change; what is absent stays.
    ///
    /// @param joinDomains mail domains whose users join by themselves, once their address is verified; for owners
    /// @param owner the first owner, `user_…` or an address; for administrators, who make one for others
    record OrganizationRequest(
            @Nullable String slug,
            @Nullable String name,
            @Nullable String contact,
            @Nullable String visibility,
            @Nullable String owner,
            @Nullable List<String> joinDomains) {}

    @GET
    @Operation(summary = "The organizations that the caller is in")
    public List<OrganizationView> list() {
        return accounts.memberships(caller.get().user()).stream()
                .map(membership -> view(membership.organization(), membership.role()))
                .toList();
    }

    @POST
    @Operation(summary = "Make an organization", description = "Its maker is its first owner.")
    public Response create(@Nullable OrganizationRequest request) {
        OrganizationRequest wanted = required(request);
        if (wanted.name() == null || wanted.slug() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER,
                    wanted.name() == null ? "name" : "slug",
                    "An organization has both: {\"name\":\"Acme\",\"slug\":\"acme\"}."));
        }
        if (wanted.joinDomains() != null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "join_domains",
                    "Make the organization first, then set its mail domains."));
        }
        long owner = wanted.owner() == null ? caller.get().user() : owner(wanted.owner());
        Organization made = accounts.createOrganization(wanted.slug(), wanted.name(), owner);
        accounts.describe(made, OrganizationTerms.DEFAULT.over(wanted.contact(), wanted.visibility()));
        return Response.status(Response.Status.CREATED)
                .entity(view(made, MemberRole.OWNER))
                .build();
    }

    private long owner(String named) {
        if (!caller.get().administrator()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.PERMISSION_DENIED, "owner", "Only an administrator makes an organization for others."));
        }
        return names.resolve(named)
                .user()
                .orElseThrow(() -> new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE, "owner", "An owner is a user: user_… or an address.")));
    }

    @GET
    @Path("{organization}")
    @Operation(summary = "One organization")
    public OrganizationView get(@PathParam("organization") String organization) {
        return view(current.get(), current.role(), domains.get());
    }

    @PATCH
    @Path("{organization}")
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
    @Operation(summary = "Change name, contact or visibility", description = "The slug stays: it stands in URLs.")
    public OrganizationView change(
            @PathParam("organization") String organization, @Nullable OrganizationRequest request) {
        OrganizationRequest wanted = required(request);
        if (wanted.owner() != null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE, "owner", "Owners are changed among the members: PATCH …/members/{user}."));
        }
        if (wanted.slug() != null) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "slug", "A slug does not change: it stands in URLs."));
        }
        Organization found = current.get();
        Organization renamed = found.named(Objects.requireNonNullElse(wanted.name(), found.name()));
        accounts.describe(renamed, accounts.terms(found).over(wanted.contact(), wanted.visibility()));
        if (wanted.joinDomains() != null) {
            domains.set(wanted.joinDomains());
        }
        return view(renamed, current.role(), domains.get());
    }

    @DELETE
    @Path("{organization}")
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "members", confirmed = true)
    @Operation(
            summary = "Delete an organization",
            description = "For its owners. Its keys are refused at once, their streams cut, their batches cancelled;"
                    + " memberships, invites and webhooks end. Files and results go by their time, usage and audit log"
                    + " stay with the operator, the slug is free again. It cannot be undone.")
    public void delete(@PathParam("organization") String organization) {
        end.delete();
    }

    private OrganizationView view(Organization organization, MemberRole role) {
        return view(organization, role, null);
    }

    private OrganizationView view(Organization organization, MemberRole role, @Nullable List<String> joinDomains) {
        OrganizationTerms terms = accounts.terms(organization);
        return new OrganizationView(
                Ids.format(Organization.PREFIX, organization.id()),
                organization.slug(),
                organization.name(),
                terms.contact(),
                terms.visibility(),
                role.wire(),
                joinDomains);
    }

    private static OrganizationRequest required(@Nullable OrganizationRequest request) {
        if (request == null) {
            throw new ProblemException(ErrorCode.INVALID_JSON, "The body must be a JSON object.");
        }
        return request;
    }
}
