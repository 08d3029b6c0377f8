package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Confirmation;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Where a member of an organization reveals a key that somebody made for them, whatever their rights there.
@Path("{place: me|o/[a-z0-9-]+}/api-keys")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class RevealDialog {
    private final Keys keys;
    private final MemberKeys memberKeys;
    private final KeyLists lists;
    private final CurrentCaller current;
    private final Confirmation confirmation;

    RevealDialog(Keys keys, MemberKeys memberKeys, KeyLists lists, CurrentCaller current, Confirmation confirmation) {
        this.keys = keys;
        this.memberKeys = memberKeys;
        this.lists = lists;
        this.current = current;
        this.confirmation = confirmation;
    }

    record reveal(String base, ApiKey key, String problem) implements TemplateInstance {}

    @GET
    @Path("{id}/reveal")
    @Operation(hidden = true)
    public Response ask(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return answer(200, place, new reveal(KeysPage.base(place), own(id), ""), htmx);
    }

    @POST
    @Path("{id}/reveal")
    @Operation(hidden = true)
    public Response open(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ApiKey key = own(id);
        if (key.type() == KeyType.PLATFORM) {
            confirmation.require();
        }
        try {
            IssuedKey opened = memberKeys.open(current.get(), key.id());
            return answer(200, place, KeysPage.shown(KeysPage.base(place), "Your API key", "", opened), htmx);
        } catch (ProblemException refused) {
            return answer(
                    refused.problem().code().status(),
                    place,
                    new reveal(KeysPage.base(place), key, refused.problem().message()),
                    htmx);
        }
    }

    /// A key that acts as the caller; nobody else's can be opened.
    private ApiKey own(String id) {
        Caller caller = current.get();
        ApiKey key = keys.get(caller.account(), KeyFormat.isId(id) ? id : "");
        if (key.createdBy() != caller.user()) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "There is no such key.");
        }
        return key;
    }

    private Response answer(int status, String place, TemplateInstance content, @Nullable String htmx) {
        return KeysPage.answer(status, place, content, htmx, lists, current.get());
    }
}
