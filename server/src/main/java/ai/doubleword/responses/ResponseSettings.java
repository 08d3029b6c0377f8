package ai.doubleword.responses;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.FormFields;
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

/// The part of an account's settings that says how long responses are kept: owners and admins of an organization decide
/// for it.
@Path("{place: me|o/[a-z0-9-]+}/response-retention")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class ResponseSettings {
    private final ResponseKeeping keeping;

    ResponseSettings(ResponseKeeping keeping) {
        this.keeping = keeping;
    }

    @POST
    @Operation(hidden = true)
    public Response change(@PathParam("place") String place, @FormParam("days") @DefaultValue("") String days) {
        keeping.set(FormFields.count("days", days));
        String settings = place.equals("me") ? "/settings" : "/" + place + "/settings";
        int kept = keeping.days();
        return ConsolePages.seeOther(settings, false)
                .cookie(Notice.of("Responses are kept for " + kept + (kept == 1 ? " day." : " days.")))
                .build();
    }
}
