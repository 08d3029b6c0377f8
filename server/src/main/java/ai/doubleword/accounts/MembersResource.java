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
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The members of an organization.
@Path("admin/api/v1/organizations/{organization}/members")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
@Tag(name = "Organizations")
public final class MembersResource {
    private final Accounts accounts;
    private final CurrentCaller caller;
    private final CurrentOrganization organization;

    MembersResource(Accounts accounts, CurrentCaller caller, CurrentOrganization organization) {
        this.accounts = accounts;
        this.caller = caller;
        this.organization = organization;
    }

    /// A member.
    record MemberView(String userId, String username, String email, String role, boolean manageKeys, Instant since) {
        static MemberView of(Member member) {
            return new MemberView(
                    Ids.format(User.PREFIX, member.user()),
                    member.username(),
                    member.email(),
                    member.role().wire(),
                    member.manageKeys(),
                    member.since());
        }
    }

    /// What to change; what is absent stays.
    record Change(@Nullable String role, @Nullable Boolean manageKeys) {}

    @GET
    @RoutePolicy(Authentication.MANAGEMENT)
    @Operation(summary = "The members, by name")
    public List<MemberView> list() {
        return accounts.members(organization.get()).stream().map(MemberView::of).toList();
    }

    @PATCH
    @Path("{user}")
    @Operation(summary = "Change the role or the right to manage keys of a member")
    public MemberView change(@PathParam("user") String user, @Nullable Change change) {
        if (change == null) {
            throw new ProblemException(ErrorCode.INVALID_JSON, "The body must be a JSON object.");
        }
        Member member = member(user);
        MemberRole role = change.role() == null ? member.role() : role(change.role());
        organization.requireMayGive(member.role());
        organization.requireMayGive(role);
        accounts.putMember(
                organization.get().id(),
                member.user(),
                role,
                Objects.requireNonNullElse(change.manageKeys(), member.manageKeys()));
        return MemberView.of(member(user));
    }

    @DELETE
    @Path("{user}")
    @RoutePolicy(Authentication.MANAGEMENT)
    @Operation(
            summary = "Remove a member; `current` leaves",
            description = "Ends the keys that the member made in the organization.")
    public void remove(@PathParam("user") String user) {
        Caller who = caller.get();
        if (!user.equals("current") && !who.may("members")) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "Your role here lacks the right 'members'. Ask an owner or administrator for it.");
        }
        Member member = member(user);
        if (member.user() != who.user()) {
            organization.requireMayGive(member.role());
        }
        accounts.removeMember(organization.get().id(), member.user());
    }

    static MemberRole role(String wire) {
        try {
            return MemberRole.of(wire.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "role", "role is owner, admin or member."));
        }
    }

    private Member member(String named) {
        long user = named.equals("current")
                ? caller.get().user()
                : Ids.parse(User.PREFIX, named).orElseThrow(MembersResource::notFound);
        return accounts.members(organization.get()).stream()
                .filter(member -> member.user() == user)
                .findFirst()
                .orElseThrow(MembersResource::notFound);
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such member.");
    }
}
