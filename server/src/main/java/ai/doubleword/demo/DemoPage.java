package ai.doubleword.demo;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Demo data**, for administrators: fills an empty system, shows how far that is, and takes all of it away.
@Path("admin/demo")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class DemoPage {
    private final Demo demo;

    DemoPage(Demo demo) {
        this.demo = demo;
    }

    /// @param state in the word of [Demo.State]
    /// @param problem why the last wish was refused; empty if it was not
    record page(String state, Demo.Progress progress, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return answer(200, "");
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response fill() {
        try {
            demo.fill();
            return ConsolePages.seeOther("/admin/demo", false).build();
        } catch (ProblemException refused) {
            return answer(refused.problem().code().status(), refused.problem().message());
        }
    }

    @POST
    @Path("remove")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response remove() {
        try {
            demo.remove();
            return ConsolePages.seeOther("/admin/demo", false)
                    .cookie(Notice.of("The demo data is gone."))
                    .build();
        } catch (ProblemException refused) {
            return answer(refused.problem().code().status(), refused.problem().message());
        }
    }

    private Response answer(int status, String problem) {
        return ConsolePages.page(status, new page(demo.state().name(), demo.progress(), problem))
                .build();
    }
}
