package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Secret;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Users: for administrators all of them, for everybody who one is and which organizations one is in.
@Path("admin/api/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.MANAGEMENT)
@Tag(name = "Users")
public final class UsersResource {
    private final Accounts accounts;
    private final UserDirectory directory;
    private final Erasure erasure;
    private final CurrentCaller current;
    private final AdminLinks links;
    private final PublicAddress address;

    UsersResource(
            Accounts accounts,
            UserDirectory directory,
            Erasure erasure,
            CurrentCaller current,
            AdminLinks links,
            PublicAddress address) {
        this.accounts = accounts;
        this.directory = directory;
        this.erasure = erasure;
        this.current = current;
        this.links = links;
        this.address = address;
    }

    /// A user, as administrators see it.
    ///
    /// @param claimed whether the user has set a password
    /// @param lastSeenAt when a browser of the user was last here; absent where that is not asked, or never was
    /// @param url a one-time link that sets a password, in the answer that makes it only
    record UserView(
            String id,
            String username,
            String email,
            String role,
            boolean claimed,
            boolean disabled,
            Instant createdAt,
            @Nullable Instant lastSeenAt,
            Optional<URI> url) {
        static UserView of(UserRow row) {
            return of(row.user(), row.lastSeen(), Optional.empty());
        }

        static UserView of(User user, @Nullable Instant lastSeen, Optional<URI> url) {
            return new UserView(
                    Ids.format(User.PREFIX, user.id()),
                    user.username(),
                    user.email(),
                    user.role().wire(),
                    user.claimed(),
                    user.disabled(),
                    user.created(),
                    lastSeen,
                    url);
        }
    }

    /// A page of users.
    ///
    /// @param next what to pass as `after` for the page that follows; absent for the last
    record UserPage(List<UserView> data, long totalCount, int skip, int limit, Optional<String> next) {}

    /// A user with what belongs to it.
    ///
    /// @param keys the latest that the user made, without secrets
    /// @param keyCount how many the user made
    record UserDetail(
            UserView user,
            List<Place> organizations,
            List<UserKeys.Made> keys,
            long keyCount,
            List<Browser> sessions) {}

    /// A signed-in browser of a user.
    record Browser(String device, String address, String method, Instant createdAt, Instant lastSeenAt) {
        static Browser of(Session session) {
            return new Browser(
                    session.device(),
                    session.address(),
                    session.method().wire(),
                    session.created(),
                    session.lastSeen());
        }
    }

    /// Whom to make.
    ///
    /// @param username the address unless it says otherwise
    /// @param role `user` unless it says otherwise
    record UserRequest(
            @Nullable String username,
            @Nullable String email,
            @Nullable String role) {}

    /// What to change; what is absent stays.
    record UserChange(@Nullable String role, @Nullable Boolean disabled) {}

    @GET
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
    @Operation(
            summary = "Users: searched, sorted, page by page",
            description = "`q` is part of a name or an address; `state` is all, administrators, unclaimed or disabled;"
                    + " `sort` is name, email, role, seen or created, with `-` for the other way round. Pass `next` as"
                    + " `after` for the page that follows.")
    public UserPage list(
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("state") @DefaultValue("all") String state,
            @QueryParam("sort") @DefaultValue("name") String sort,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("skip") @DefaultValue("0") int skip,
            @QueryParam("limit") @DefaultValue("20") int limit) {
        boolean descending = sort.startsWith("-");
        UserDirectory.Listing page = directory.page(new UserQuery(
                search.strip(),
                UserQuery.State.of(state)
                        .orElseThrow(() -> invalid("state", "state is all, administrators, unclaimed or disabled.")),
                UserQuery.Sort.of(descending ? sort.substring(1) : sort)
                        .orElseThrow(() -> invalid(
                                "sort", "sort is name, email, role, seen or created, with - for the other way round.")),
                descending,
                after.isEmpty() ? 0 : Ids.parse(User.PREFIX, after).orElseThrow(UsersResource::notFound),
                Math.max(0, skip),
                Math.clamp(limit, 1, 100)));
        return new UserPage(
                page.rows().stream().map(UserView::of).toList(),
                page.total(),
                page.query().skip(),
                page.query().limit(),
                Optional.of(page.next()).filter(next -> !next.isEmpty()));
    }

    @GET
    @Path("{id}")
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
    @Operation(summary = "A user with organizations, keys and signed-in browsers")
    public UserDetail get(@PathParam("id") String id) {
        UserDirectory.Profile found = directory.find(user(id).id()).orElseThrow(UsersResource::notFound);
        return new UserDetail(
                UserView.of(found.row()),
                found.memberships().stream().map(Place::of).toList(),
                found.keys().newest(),
                found.keys().total(),
                found.sessions().stream().map(Browser::of).toList());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "admin", confirmed = true)
    @Operation(summary = "Make a user", description = "The answer holds a one-time link that sets a password.")
    public Response create(@Nullable UserRequest request) {
        if (request == null || request.email() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "email", "Name an address: {\"email\":\"…\"}."));
        }
        String email = Addresses.check(request.email());
        User made = accounts.createUser(
                request.username() == null ? email : request.username(),
                email,
                request.role() == null ? UserRole.USER : role(request.role()));
        return linked(made);
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "admin", confirmed = true)
    @Operation(
            summary = "Change the platform role of a user, or disable one",
            description = "Disabling ends sessions and links and refuses keys, at once; enabling lets keys work again.")
    public UserView change(@PathParam("id") String id, @Nullable UserChange change) {
        if (change == null) {
            throw new ProblemException(ErrorCode.INVALID_JSON, "The body must be a JSON object.");
        }
        User user = user(id);
        if (change.role() != null) {
            accounts.setRole(user.id(), role(change.role()));
        }
        if (change.disabled() != null) {
            accounts.setDisabled(user.id(), change.disabled());
        }
        return UserView.of(user(id), null, Optional.empty());
    }

    @POST
    @Path("{id}/link")
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "admin", confirmed = true)
    @Operation(
            summary = "Make a one-time link that sets a user's password",
            description = "For 24 hours; links made before do not work any more.")
    public Response link(@PathParam("id") String id) {
        return linked(user(id));
    }

    @DELETE
    @Path("{id}")
    @RoutePolicy(value = Authentication.MANAGEMENT, right = "admin", confirmed = true)
    @Operation(
            summary = "Erase a user",
            description = "Removes what is personal, and payloads, for good; usage and the audit log keep the id."
                    + " Refused for the last administrator and for the last owner of an organization.")
    public void erase(@PathParam("id") String id) {
        erasure.erase(user(id).id());
    }

    private Response linked(User user) {
        try (Secret token = links.create(user.id())) {
            URI url = URI.create(address.publicUrl() + "/claim/" + token.revealText());
            return Response.status(Response.Status.CREATED)
                    .header("Cache-Control", "no-store")
                    .entity(UserView.of(user, null, Optional.of(url)))
                    .build();
        }
    }

    private User user(String id) {
        return Ids.parse(User.PREFIX, id).stream()
                .mapToObj(accounts::user)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(UsersResource::notFound);
    }

    static UserRole role(String wire) {
        try {
            return UserRole.of(wire);
        } catch (IllegalArgumentException e) {
            throw invalid("role", "role is administrator, billing_manager, auditor or user.");
        }
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

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such user.");
    }
}
