package ai.doubleword.models;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.providers.Provider;
import ai.doubleword.providers.ProviderKind;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.ProviderState;
import ai.doubleword.providers.Providers;
import ai.doubleword.providers.ResponsesSupport;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Providers**, for administrators: where models run. Connecting one asks it at once which models it serves
/// and calls one of them, so that what is on the list is known to work.
@Path("admin/providers")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class ProvidersPage {
    private static final String ADDRESS = "/admin/providers";
    private static final String FIND_OUT = "auto";

    private final ProvidersResource resource;
    private final Database database;
    private final Providers providers;
    private final Discoveries discoveries;
    private final Models models;

    ProvidersPage(
            ProvidersResource resource,
            Database database,
            Providers providers,
            Discoveries discoveries,
            Models models) {
        this.resource = resource;
        this.database = database;
        this.providers = providers;
        this.discoveries = discoveries;
        this.models = models;
    }

    /// A provider as the list shows it.
    ///
    /// @param remote whether it is reached over the network, and can be asked for its models
    public record Row(Provider provider, ProviderState state, long models, boolean remote) {}

    /// What connecting one found.
    ///
    /// @param test how the call of one model went; empty if there was none to call
    /// @param responses what it was found to serve of the Responses API, where that changed how it is asked
    public record Connected(
            String name, List<Found> found, Optional<Providers.TestResult> test, Optional<ResponsesSupport> responses) {
        /// Whether responses go there as they are.
        public boolean speaks() {
            return responses.isPresent();
        }

        /// Whether it serves nothing else.
        public boolean alone() {
            return responses.filter(ResponsesSupport.ONLY::equals).isPresent();
        }
    }

    /// A model that a provider serves.
    public record Found(String name, String type, boolean added) {}

    record list(List<Row> providers, String dialog) implements TemplateInstance {}

    record connect(String name, String baseUrl, String responses, String problem) implements TemplateInstance {}

    record connected(Connected connected) implements TemplateInstance {}

    record remove(String name, List<String> stranded) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return ConsolePages.page(200, new list(rows(), "")).build();
    }

    @GET
    @Path("connect")
    @Operation(hidden = true)
    public Response askConnect(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, new connect("", "", FIND_OUT, ""), htmx);
    }

    @POST
    @Path("connect")
    @Operation(hidden = true)
    public Response connect(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("base_url") @DefaultValue("") String baseUrl,
            @FormParam("api_key") @DefaultValue("") String apiKey,
            @FormParam("responses") @DefaultValue(FIND_OUT) String responses,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws InterruptedException {
        String wanted = name.strip();
        String address = baseUrl.strip();
        try {
            ProviderSpec spec = new ProviderSpec(
                    wanted,
                    ProviderKind.OPENAI_COMPATIBLE.wire(),
                    address,
                    apiKey.isBlank() ? null : apiKey.strip(),
                    null,
                    null,
                    null,
                    null,
                    new ProviderSpec.Quirks(null, null, null, responses.equals(FIND_OUT) ? null : responses),
                    null,
                    null);
            resource.create(spec);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    new connect(wanted, address, responses, refused.problem().message()),
                    htmx);
        }
        try {
            Optional<ResponsesSupport> found =
                    responses.equals(FIND_OUT) ? discoveries.responses(wanted) : Optional.empty();
            found.filter(support -> support != ResponsesSupport.NONE).ifPresent(support -> speak(wanted, support));
            return dialog(200, new connected(discover(wanted, found)), htmx);
        } catch (ProblemException unreachable) {
            // Nothing was learned from it, so nothing of it stays.
            resource.delete(wanted);
            return dialog(
                    unreachable.problem().code().status(),
                    new connect(
                            wanted, address, responses, unreachable.problem().message()),
                    htmx);
        }
    }

    @POST
    @Path("{provider}/discover")
    @Operation(hidden = true)
    public Response discover(@PathParam("provider") String provider, @HeaderParam("HX-Request") @Nullable String htmx)
            throws InterruptedException {
        return dialog(200, new connected(discover(provider, Optional.empty())), htmx);
    }

    @GET
    @Path("{provider}/remove")
    @Operation(hidden = true)
    public Response askRemove(
            @PathParam("provider") String provider, @HeaderParam("HX-Request") @Nullable String htmx) {
        resource.get(provider);
        List<String> stranded = database.engine().withHandle(models::all).stream()
                .filter(model -> !model.targets().isEmpty()
                        && model.targets().stream()
                                .allMatch(target -> target.providerName().equals(provider)))
                .map(ModelEntry::name)
                .toList();
        return dialog(200, new remove(provider, stranded), htmx);
    }

    @POST
    @Path("{provider}/remove")
    @Operation(hidden = true)
    public Response remove(@PathParam("provider") String provider, @HeaderParam("HX-Request") @Nullable String htmx) {
        resource.delete(provider);
        return ConsolePages.seeOther(ADDRESS, htmx != null)
                .cookie(Notice.of("“" + provider + "” is removed."))
                .build();
    }

    private void speak(String provider, ResponsesSupport support) {
        ProviderSpec.Quirks quirks = new ProviderSpec.Quirks(null, null, null, support.wire());
        resource.update(provider, new ProviderSpec(null, null, null, null, null, null, null, null, quirks, null, null));
    }

    private Connected discover(String provider, Optional<ResponsesSupport> responses) throws InterruptedException {
        List<Found> found = discoveries.discover(provider).stream()
                .map(one -> new Found(one.name(), one.type(), one.added()))
                .toList();
        return new Connected(
                provider,
                found,
                found.isEmpty()
                        ? Optional.empty()
                        : Optional.of(resource.test(provider).result()),
                responses.filter(support -> support != ResponsesSupport.NONE));
    }

    private List<Row> rows() {
        return database.engine().withHandle(handle -> {
            Map<String, Long> served = models.all(handle).stream()
                    .flatMap(model -> model.targets().stream()
                            .map(ModelEntry.TargetEntry::providerName)
                            .distinct())
                    .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
            return providers.list(handle).stream()
                    .map(provider -> new Row(
                            provider,
                            providers.state(provider),
                            served.getOrDefault(provider.name(), 0L),
                            provider.kind() == ProviderKind.OPENAI_COMPATIBLE))
                    .toList();
        });
    }

    private Response dialog(int status, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> new list(rows(), html))
                .build();
    }
}
