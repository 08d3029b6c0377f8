package ai.doubleword.demo;

import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Demo data by API.
@Path("admin/api/v1/demo")
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
public final class DemoResource {
    private final Demo demo;

    DemoResource(Demo demo) {
        this.demo = demo;
    }

    /// Where demo data stands.
    ///
    /// @param state `possible` (nobody uses the system yet), `in_use`, `filling` or `there`
    /// @param doing what is done now, or was
    /// @param percent of all of it
    /// @param trouble why it ended early; empty if it did not
    record DemoView(String state, String doing, int percent, String trouble) {}

    @GET
    @Operation(summary = "Whether there is demo data, and how far its making is")
    public DemoView state() {
        Demo.Progress progress = demo.progress();
        return new DemoView(
                demo.state().name().toLowerCase(Locale.ROOT), progress.words(), progress.percent(), progress.trouble());
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Fill an empty system with demo data", description = "Goes on in the background.")
    public Response fill() {
        demo.fill();
        return Response.accepted(state()).build();
    }

    @DELETE
    @Operation(summary = "Take all demo data away")
    public void remove() {
        demo.remove();
    }
}
