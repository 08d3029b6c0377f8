package ai.doubleword.payloads;

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

/// The part of an account's settings that says whether what requests hold is kept: owners and admins of an organization
/// decide for it.
@Path("{place: me|o/[a-z0-9-]+}/payloads")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class PayloadSettings {
    private final PayloadKeeping keeping;

    PayloadSettings(PayloadKeeping keeping) {
        this.keeping = keeping;
    }

    @POST
    @Operation(hidden = true)
    public Response change(@PathParam("place") String place, @FormParam("days") @DefaultValue("") String days) {
        keeping.set(FormFields.count("days", days));
        String settings = place.equals("me") ? "/settings" : "/" + place + "/settings";
        return ConsolePages.seeOther(settings, false)
                .cookie(Notice.of(
                        days.equals("0")
                                ? "Nothing of what requests hold is kept any more."
                                : "What requests hold is kept from now on."))
                .build();
    }
}
