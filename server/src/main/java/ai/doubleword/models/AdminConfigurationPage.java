package ai.doubleword.models;

import ai.doubleword.console.Code;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.providers.Providers;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Configuration** of administrators: providers, models, groups and prices as YAML, as
/// `doubleword config export | plan | apply` has them. What is pasted is shown as a list of changes first.
@Path("admin/configuration")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminConfigurationPage {
    private static final String ADDRESS = "/admin/configuration";
    private static final ObjectMapper JSON = JsonFormat.mapper();

    private final Database database;
    private final Catalogue catalogue;
    private final Providers providers;
    private final Discoveries discoveries;

    AdminConfigurationPage(Database database, Catalogue catalogue, Providers providers, Discoveries discoveries) {
        this.database = database;
        this.catalogue = catalogue;
        this.providers = providers;
        this.discoveries = discoveries;
    }

    record page(Code export) implements TemplateInstance {}

    /// @param text what was pasted
    /// @param remove whether what a section does not list goes
    /// @param planned whether the changes below are what it means
    record change(String text, boolean remove, boolean planned, List<CatalogueChange> changes, String problem)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return ConsolePages.page(200, new page(Code.of("yaml", export()))).build();
    }

    @GET
    @Path("catalogue.yaml")
    @Produces("application/yaml")
    @Operation(hidden = true)
    public Response download() {
        return Response.ok(export())
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Disposition", "attachment; filename=\"catalogue.yaml\"")
                .build();
    }

    @GET
    @Path("change")
    @Operation(hidden = true)
    public Response askChange() {
        return change(200, new change("", false, false, List.of(), ""));
    }

    /// Shows what a text would change. Nothing is changed.
    @POST
    @Path("change")
    @Operation(hidden = true)
    public Response plan(
            @FormParam("text") @DefaultValue("") String text, @FormParam("remove") @DefaultValue("") String removing) {
        boolean remove = !removing.isEmpty();
        try {
            CatalogueFile.Read read = pasted().read(text);
            return change(
                    200,
                    new change(
                            text, remove, true, understood(text, () -> catalogue.plan(read.document(), remove)), ""));
        } catch (ProblemException refused) {
            return refused(text, remove, refused);
        }
    }

    /// Makes it so, whole or not at all.
    @POST
    @Path("apply")
    @ChangesRoutes
    @Operation(hidden = true)
    public Response apply(
            @FormParam("text") @DefaultValue("") String text, @FormParam("remove") @DefaultValue("") String removing)
            throws InterruptedException {
        boolean remove = !removing.isEmpty();
        try {
            CatalogueFile.Read read = pasted().read(text);
            List<CatalogueChange> changes = understood(text, () -> catalogue.apply(read.document(), remove));
            String discovered = discover(read.discover());
            return ConsolePages.seeOther(ADDRESS, false)
                    .cookie(Notice.of(
                            changes.size() == 1
                                    ? "1 change is applied." + discovered
                                    : changes.size() + " changes are applied." + discovered))
                    .build();
        } catch (ProblemException refused) {
            return refused(text, remove, refused);
        }
    }

    private PastedCatalogue pasted() {
        return new PastedCatalogue(database.engine().withHandle(providers::list));
    }

    private static List<CatalogueChange> understood(
            String text, java.util.function.Supplier<List<CatalogueChange>> work) {
        try {
            return work.get();
        } catch (ProblemException refused) {
            throw PastedCatalogue.inText(text, refused);
        }
    }

    /// @return a sentence about those that did not answer; empty if all did
    private String discover(List<String> wished) throws InterruptedException {
        StringBuilder failed = new StringBuilder();
        for (String provider : wished) {
            try {
                discoveries.discover(provider);
            } catch (ProblemException e) {
                failed.append(" Provider ").append(provider).append(" did not say what it serves.");
            }
        }
        return failed.toString();
    }

    private String export() {
        try {
            return CatalogueFile.write(JSON.valueToTree(catalogue.export()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the catalogue is always representable", e);
        }
    }

    private static Response refused(String text, boolean remove, ProblemException refused) {
        return change(
                refused.problem().code().status(),
                new change(text, remove, false, List.of(), refused.problem().message()));
    }

    private static Response change(int status, change content) {
        return ConsolePages.page(status, content).build();
    }
}
