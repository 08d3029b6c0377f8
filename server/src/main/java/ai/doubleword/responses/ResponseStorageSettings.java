package ai.doubleword.responses;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The part of an account's settings that says whether responses are kept that do not say: owners and admins of an
/// organization decide for it.
@Path("{place: me|o/[a-z0-9-]+}/response-storage")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class ResponseStorageSettings {
    private final ResponseStorage storage;
    private final CurrentCaller current;

    ResponseStorageSettings(ResponseStorage storage, CurrentCaller current) {
        this.storage = storage;
        this.current = current;
    }

    @POST
    @Operation(hidden = true)
    public Response change(
            @PathParam("place") String place, @FormParam("stored") @DefaultValue("true") boolean stored) {
        storage.set(current.get().account(), stored);
        String settings = place.equals("me") ? "/settings" : "/" + place + "/settings";
        return ConsolePages.seeOther(settings, false)
                .cookie(Notice.of(
                        stored
                                ? "Responses are kept, unless a request says store: false."
                                : "No response is kept, unless its request says store: true."))
                .build();
    }
}
