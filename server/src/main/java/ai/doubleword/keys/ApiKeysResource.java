package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Confirmation;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.TolerantBody;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
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
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The keys of the caller's account. The local operator reaches every account's by id.
@Path("admin/api/v1/users/current/api-keys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "keys")
@Tag(name = "API keys")
public final class ApiKeysResource {
    private final Keys keys;
    private final MemberKeys memberKeys;
    private final CurrentCaller current;
    private final Confirmation confirmation;
    private final Clock clock;

    ApiKeysResource(Keys keys, MemberKeys memberKeys, CurrentCaller current, Confirmation confirmation, Clock clock) {
        this.keys = keys;
        this.memberKeys = memberKeys;
        this.current = current;
        this.confirmation = confirmation;
        this.clock = clock;
    }

    /// A page of keys.
    record KeyPage(List<KeyView> data, long totalCount, int skip, int limit) {
        static KeyPage of(Keys.Page page, int skip, int limit, Instant now) {
            return new KeyPage(
                    page.keys().stream().map(key -> KeyView.of(key, now)).toList(), page.total(), skip, limit);
        }
    }

    /// How to end a key.
    ///
    /// @param onRevoke `finish` or `cut` running streams; default the key's own policy
    /// @param work `finish` (default) or `cancel` batches and background requests that the key was used for
    record Revocation(
            @Nullable String onRevoke,
            @Nullable String work,
            @Nullable String reason) {}

    /// How to rotate a key.
    ///
    /// @param overlap `0`, `1h`, `24h` (default) or `7d`
    record Rotation(@Nullable String overlap) {}

    @POST
    @Operation(
            summary = "Make a key",
            description = "The key itself is in this answer only; for another member, in the answer that opens it.")
    @CustomDeserialization(TolerantBody.class)
    public Response create(@Nullable KeyRequest request) {
        KeyRequest wanted = required(request);
        confirm(wanted.keyType());
        Caller caller = current.get();
        if (wanted.member() != null) {
            ApiKey made = memberKeys.make(caller, wanted.member(), wanted.keyType(), wanted.terms());
            return Response.status(Response.Status.CREATED)
                    .entity(KeyView.of(made, clock.instant()))
                    .build();
        }
        IssuedKey issued =
                keys.issue(caller.account(), caller.user(), wanted.keyType(), wanted.terms(), caller.rights());
        return answer(issued);
    }

    @GET
    @Operation(summary = "List the keys of the account, newest first")
    public KeyPage list(
            @QueryParam("skip") @DefaultValue("0") int skip, @QueryParam("limit") @DefaultValue("20") int limit) {
        int from = Math.max(0, skip);
        int most = Math.clamp(limit, 1, 100);
        return KeyPage.of(keys.list(current.get().account(), from, most), from, most, clock.instant());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One key")
    public KeyView get(@PathParam("id") String id) {
        Target target = target(id);
        return KeyView.of(keys.get(target.account(), target.id()), clock.instant());
    }

    @PATCH
    @Path("{id}")
    @Operation(summary = "Change name, description, scopes, limits, labels, expiry or what revoking does to streams")
    public KeyView change(@PathParam("id") String id, @Nullable KeyRequest request) {
        KeyRequest wanted = required(request);
        if (wanted.member() != null) {
            throw KeyView.invalid("member", "A key stays whose it is: make another one.");
        }
        Target target = target(id);
        return KeyView.of(
                keys.change(
                        target.account(),
                        target.id(),
                        wanted::over,
                        current.get().rights()),
                clock.instant());
    }

    @POST
    @Path("{id}/open")
    @RoutePolicy(Authentication.MANAGEMENT)
    @Operation(
            summary = "Open a key that was made for the caller",
            description = "It gets its secret now, which is in this answer only.")
    public Response open(@PathParam("id") String id) {
        String key = bare(id);
        confirm(keys.get(current.get().account(), key).type());
        return answer(memberKeys.open(current.get(), key));
    }

    @POST
    @Path("{id}/rotate")
    @Operation(summary = "Make a new key of the same family", description = "The old one works on for the overlap.")
    public Response rotate(@PathParam("id") String id, @Nullable Rotation rotation) {
        Target target = target(id);
        confirm(keys.get(target.account(), target.id()).type());
        String overlap = rotation == null || rotation.overlap() == null ? "24h" : rotation.overlap();
        return answer(keys.rotate(target.account(), current.get().user(), target.id(), Overlap.of(overlap)));
    }

    @POST
    @Path("{id}/revoke")
    @Operation(summary = "End a key and keep it on the list")
    public KeyView revoke(@PathParam("id") String id, @Nullable Revocation revocation) {
        Target target = target(id);
        String onRevoke = revocation == null ? null : revocation.onRevoke();
        String reason = revocation == null || revocation.reason() == null ? "" : revocation.reason();
        if (reason.length() > 1000) {
            throw KeyView.invalid("reason", "A reason has at most 1000 characters.");
        }
        Boolean cut = onRevoke == null ? null : (Boolean) KeyRequest.cut(onRevoke);
        Keys.Work work = work(revocation == null ? null : revocation.work());
        return KeyView.of(keys.revoke(target.account(), target.id(), cut, work, reason), clock.instant());
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Revoke a key if needed and take it off the list")
    public void delete(
            @PathParam("id") String id,
            @Parameter(description = "`cancel` also cancels batches and background requests of the key")
                    @QueryParam("work")
                    @Nullable
                    String work) {
        Target target = target(id);
        keys.delete(target.account(), target.id(), work(work));
    }

    /// A browser that somebody found open gets no key that manages the account.
    private void confirm(KeyType type) {
        if (type == KeyType.PLATFORM) {
            confirmation.require();
        }
    }

    private static Keys.Work work(@Nullable String sent) {
        return switch (sent) {
            case null -> Keys.Work.FINISH;
            case "finish" -> Keys.Work.FINISH;
            case "cancel" -> Keys.Work.CANCEL;
            default -> throw KeyView.invalid("work", "`work` must be finish or cancel.");
        };
    }

    private record Target(long account, String id) {}

    private Target target(String id) {
        String bare = bare(id);
        Caller caller = current.get();
        long account =
                caller.operator() ? keys.accountOf(bare).orElseThrow(ApiKeysResource::notFound) : caller.account();
        return new Target(account, bare);
    }

    private static String bare(String id) {
        String bare = id.startsWith(ApiKey.PREFIX + '_') ? id.substring(ApiKey.PREFIX.length() + 1) : id;
        if (!KeyFormat.isId(bare)) {
            throw notFound();
        }
        return bare;
    }

    private Response answer(IssuedKey issued) {
        return Response.status(Response.Status.CREATED)
                .header("Cache-Control", "no-store")
                .entity(KeyView.of(issued, clock.instant()))
                .build();
    }

    static KeyRequest required(@Nullable KeyRequest request) {
        if (request == null) {
            throw new ProblemException(
                    ErrorCode.INVALID_JSON, "The body must be a JSON object such as {\"name\":\"ops\"}.");
        }
        return request;
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such key.");
    }
}
