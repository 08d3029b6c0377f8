package ai.doubleword.responses;

import ai.doubleword.accounts.AccountNames;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.responses.ResponseStorageResource.Storage;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Whether any account keeps responses whose request says nothing of `store`, for administrators.
@Path("admin/api/v1/accounts/{account}/response-storage")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Responses")
public final class AccountResponseStorageResource {
    private final ResponseStorage storage;
    private final AccountNames names;

    AccountResponseStorageResource(ResponseStorage storage, AccountNames names) {
        this.storage = storage;
        this.names = names;
    }

    @GET
    @Operation(summary = "Whether an account keeps responses that do not say `store`")
    public Storage get(@PathParam("account") String account) {
        return new Storage(storage.stored(names.resolve(account).account()));
    }

    @PUT
    @Operation(summary = "Have an account keep responses that do not say `store`, or not")
    public Storage change(@PathParam("account") String account, @Nullable Storage wanted) {
        storage.set(names.resolve(account).account(), ResponseStorageResource.required(wanted));
        return get(account);
    }
}
