package ai.doubleword.keys;

import ai.doubleword.accounts.AccountNames;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The keys of any account, for the local operator alone: no platform key, not even an administrator's, gets at
/// the secrets of others.
@Path("admin/api/v1/accounts/{account}/api-keys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.PLATFORM_KEY, right = "admin")
@Tag(name = "API keys")
public final class AccountKeysResource {
    private final Keys keys;
    private final MemberKeys memberKeys;
    private final AccountNames names;
    private final CurrentCaller current;
    private final Clock clock;

    AccountKeysResource(Keys keys, MemberKeys memberKeys, AccountNames names, CurrentCaller current, Clock clock) {
        this.keys = keys;
        this.memberKeys = memberKeys;
        this.names = names;
        this.current = current;
        this.clock = clock;
    }

    @POST
    @Operation(summary = "Make a key in an account; for the operator's command")
    public Response create(@PathParam("account") String account, @Nullable KeyRequest request) {
        Caller operator = operator();
        KeyRequest wanted = ApiKeysResource.required(request);
        AccountNames.Named named = names.resolve(account);
        if (wanted.member() != null) {
            Caller there = new Caller(
                    operator.user(),
                    named.account(),
                    operator.administrator(),
                    operator.rights(),
                    operator.credential());
            ApiKey made = memberKeys.make(there, wanted.member(), wanted.keyType(), wanted.terms());
            return Response.status(Response.Status.CREATED)
                    .entity(KeyView.of(made, clock.instant()))
                    .build();
        }
        IssuedKey issued = keys.issue(
                named.account(),
                named.user().orElse(operator.user()),
                wanted.keyType(),
                wanted.terms(),
                operator.rights());
        return Response.status(Response.Status.CREATED)
                .header("Cache-Control", "no-store")
                .entity(KeyView.of(issued, clock.instant()))
                .build();
    }

    @GET
    @Operation(summary = "List the keys of an account; for the operator's command")
    public ApiKeysResource.KeyPage list(
            @PathParam("account") String account,
            @QueryParam("skip") @DefaultValue("0") int skip,
            @QueryParam("limit") @DefaultValue("20") int limit) {
        operator();
        int from = Math.max(0, skip);
        int most = Math.clamp(limit, 1, 100);
        return ApiKeysResource.KeyPage.of(
                keys.list(names.resolve(account).account(), from, most), from, most, clock.instant());
    }

    private Caller operator() {
        Caller caller = current.get();
        if (!caller.operator()) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only the operator's command on the server itself may do this.");
        }
        return caller;
    }
}
