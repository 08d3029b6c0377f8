package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
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
    private final Members members;

    MembersResource(Members members) {
        this.members = members;
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
        return members.all().stream().map(MemberView::of).toList();
    }

    @PATCH
    @Path("{user}")
    @Operation(summary = "Change the role or the right to manage keys of a member")
    public MemberView change(@PathParam("user") String user, @Nullable Change change) {
        if (change == null) {
            throw new ProblemException(ErrorCode.INVALID_JSON, "The body must be a JSON object.");
        }
        Member member = members.find(user);
        members.change(
                member,
                change.role() == null ? member.role() : Members.role(change.role()),
                Objects.requireNonNullElse(change.manageKeys(), member.manageKeys()));
        return MemberView.of(members.find(user));
    }

    @DELETE
    @Path("{user}")
    @RoutePolicy(Authentication.MANAGEMENT)
    @Operation(
            summary = "Remove a member; `current` leaves",
            description = "Ends the keys that the member made in the organization.")
    public void remove(@PathParam("user") String user) {
        members.remove(members.find(user));
    }
}
