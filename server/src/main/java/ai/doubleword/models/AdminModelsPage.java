package ai.doubleword.models;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.providers.Provider;
import ai.doubleword.providers.Providers;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Models** of administrators: what is offered under which name, and where it runs. A model has a page
/// of its own, which is one form for itself and its route.
@Path("admin/models")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminModelsPage {
    private static final String ADDRESS = "/admin/models";

    private final ModelsResource resource;
    private final Database database;
    private final Models models;
    private final Providers providers;
    private final ModelLists lists;

    AdminModelsPage(ModelsResource resource, Database database, Models models, Providers providers, ModelLists lists) {
        this.resource = resource;
        this.database = database;
        this.models = models;
        this.providers = providers;
        this.lists = lists;
    }

    record list(ModelLists.Listing listing, String dialog) implements TemplateInstance {}

    /// @param id of the model; empty for a new one
    /// @param title its name as it is now
    record edit(String id, String title, ModelForm form, List<String> providers, String problem, String dialog)
            implements TemplateInstance {}

    record tested(String id, String name, List<ModelsResource.TargetTest> results) implements TemplateInstance {}

    record remove(String id, String name) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("show") @DefaultValue("") String show,
            @QueryParam("after") @DefaultValue("") String after) {
        return ConsolePages.page(200, new list(lists.page(ADDRESS, search, show, after), ""))
                .build();
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response askCreate() {
        return form(200, "", "New model", ModelForm.BLANK, "", "");
    }

    @POST
    @Path("new")
    @ChangesRoutes
    @Operation(hidden = true)
    public Response create(MultivaluedMap<String, String> fields) {
        ModelForm form = ModelForm.of(fields);
        return ConsolePages.attempt(
                () -> {
                    ModelEntry made = database.engine().inTransaction(handle -> models.create(handle, form.spec()));
                    return done(
                            address(made), "“" + made.name() + "” is added. It is free until it has a price.", null);
                },
                (status, reason) -> form(status, "", "New model", form, reason, ""));
    }

    @GET
    @Path("{model}")
    @Operation(hidden = true)
    public Response show(@PathParam("model") String id) {
        ModelEntry model = lists.model(id);
        return form(200, id, model.name(), ModelForm.of(model), "", "");
    }

    @POST
    @Path("{model}")
    @ChangesRoutes
    @Operation(hidden = true)
    public Response save(@PathParam("model") String id, MultivaluedMap<String, String> fields) {
        ModelEntry model = lists.model(id);
        ModelForm form = ModelForm.of(fields);
        return ConsolePages.attempt(
                () -> {
                    ModelEntry saved =
                            database.engine().inTransaction(handle -> models.update(handle, model, form.spec()));
                    return done(address(saved), "“" + saved.name() + "” is saved.", null);
                },
                (status, reason) -> form(status, id, model.name(), form, reason, ""));
    }

    @POST
    @Path("{model}/hide")
    @ChangesRoutes
    @Operation(hidden = true)
    public Response hide(
            @PathParam("model") String id,
            @FormParam("hidden") @DefaultValue("false") boolean hidden,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ModelEntry model = lists.model(id);
        database.engine().useTransaction(handle -> models.update(handle, model, ModelSpec.hidden(hidden)));
        String sentence = hidden
                ? "“" + model.name() + "” is hidden: only administrators see it, nobody can call it."
                : "“" + model.name() + "” is shown again.";
        return done(ADDRESS, sentence, htmx);
    }

    /// Calls each target once.
    @POST
    @Path("{model}/test")
    @Operation(hidden = true)
    public Response test(@PathParam("model") String id, @HeaderParam("HX-Request") @Nullable String htmx)
            throws InterruptedException {
        ModelEntry model = lists.model(id);
        tested dialog = new tested(id, model.name(), resource.test(id).getOrDefault("targets", List.of()));
        String html = dialog.render();
        return htmx != null
                ? ConsolePages.page(200, html).build()
                : form(200, id, model.name(), ModelForm.of(model), "", html);
    }

    @GET
    @Path("{model}/remove")
    @Operation(hidden = true)
    public Response askRemove(@PathParam("model") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        return ConsolePages.dialog(
                        200,
                        new remove(id, lists.model(id).name()),
                        htmx,
                        html -> new list(lists.page(ADDRESS, "", "", ""), html))
                .build();
    }

    @POST
    @Path("{model}/remove")
    @ChangesRoutes
    @Operation(hidden = true)
    public Response remove(@PathParam("model") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        ModelEntry model = lists.model(id);
        database.engine().useTransaction(handle -> models.delete(handle, model));
        return done(ADDRESS, "“" + model.name() + "” is removed.", htmx);
    }

    private Response form(int status, String id, String title, ModelForm form, String problem, String dialog) {
        List<String> names = database.engine().withHandle(providers::list).stream()
                .map(Provider::name)
                .toList();
        return ConsolePages.page(status, new edit(id, title, form, names, problem, dialog))
                .build();
    }

    private static String address(ModelEntry model) {
        return ADDRESS + "/" + model.uuid();
    }

    private static Response done(String address, String sentence, @Nullable String htmx) {
        return ConsolePages.seeOther(address, htmx != null)
                .cookie(Notice.of(sentence))
                .build();
    }
}
