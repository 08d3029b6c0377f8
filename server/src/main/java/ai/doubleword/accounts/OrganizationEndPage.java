package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Where an owner deletes an organization: a dialog of **Organization settings** that says what ends, and wants the
/// name.
@Path("o/{organization}/settings/delete")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class OrganizationEndPage {
    private final OrganizationEnd end;
    private final CurrentOrganization current;
    private final OrganizationSettingsPage settings;

    OrganizationEndPage(OrganizationEnd end, CurrentOrganization current, OrganizationSettingsPage settings) {
        this.end = end;
        this.current = current;
        this.settings = settings;
    }

    /// @param ending what ends, in words
    /// @param typed the name as it was typed
    record delete(String base, String name, List<String> ending, String typed, String problem)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response ask(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, "", "", htmx);
    }

    @POST
    @RoutePolicy(value = Authentication.SESSION, right = "members", confirmed = true)
    @Operation(hidden = true)
    public Response delete(
            @FormParam("name") @DefaultValue("") String typed, @HeaderParam("HX-Request") @Nullable String htmx) {
        return ConsolePages.attempt(
                () -> {
                    if (!typed.strip().equals(current.get().name())) {
                        throw new ProblemException(
                                ErrorCode.INVALID_VALUE, "This is not its name. Type it exactly as it stands here.");
                    }
                    Organization gone = end.delete();
                    return ConsolePages.seeOther("/me", htmx != null)
                            .cookie(Notice.of("“" + gone.name() + "” is deleted."))
                            .build();
                },
                (status, reason) -> dialog(status, typed, reason, htmx));
    }

    private Response dialog(int status, String typed, String problem, @Nullable String htmx) {
        Organization organization = current.get();
        delete dialog =
                new delete(OrganizationPeople.base(organization), organization.name(), end.ending(), typed, problem);
        return ConsolePages.dialog(status, dialog, htmx, settings::under).build();
    }
}
