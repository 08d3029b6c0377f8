package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Who the caller is, and the organizations that users are in.
@Path("admin/api/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.MANAGEMENT)
@Tag(name = "Users")
public final class UsersResource {
    private final Accounts accounts;
    private final CurrentCaller current;

    UsersResource(Accounts accounts, CurrentCaller current) {
        this.accounts = accounts;
        this.current = current;
    }

    /// The caller.
    ///
    /// @param creditBalance a JSON number, because existing clients read one
    record CurrentUser(
            String id,
            String username,
            String email,
            BigDecimal creditBalance,
            List<String> roles,
            List<Place> organizations) {}

    /// An organization and the user's role in it.
    record Place(String id, String name, String displayName, String slug, String role) {
        static Place of(Membership membership) {
            Organization organization = membership.organization();
            return new Place(
                    Ids.format(Organization.PREFIX, organization.id()),
                    organization.name(),
                    organization.name(),
                    organization.slug(),
                    membership.role().wire());
        }
    }

    @GET
    @Path("current")
    @Operation(summary = "Who the key acts as")
    public CurrentUser current() {
        User user = accounts.user(current.get().user()).orElseThrow(UsersResource::notFound);
        return new CurrentUser(
                Ids.format(User.PREFIX, user.id()),
                user.username(),
                user.email(),
                BigDecimal.ZERO,
                List.of(user.role().wire()),
                places(user.id()));
    }

    @GET
    @Path("{id}/organizations")
    @Operation(summary = "The organizations of a user: oneself, as `current` or by id, or for administrators anybody")
    public List<Place> organizations(@PathParam("id") String id) {
        Caller caller = current.get();
        if (id.equals("current")) {
            return places(caller.user());
        }
        long user = Ids.parse(User.PREFIX, id).orElseThrow(UsersResource::notFound);
        if (user != caller.user()
                && !(caller.administrator() && accounts.user(user).isPresent())) {
            throw notFound();
        }
        return places(user);
    }

    private List<Place> places(long user) {
        return accounts.memberships(user).stream().map(Place::of).toList();
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such user.");
    }
}
