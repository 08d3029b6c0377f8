package ai.doubleword.playground;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.console.Code;
import ai.doubleword.docs.Language;
import ai.doubleword.docs.SampleModels;
import ai.doubleword.docs.Samples;
import ai.doubleword.models.ModelOffers;
import ai.doubleword.models.ModelRow;
import ai.doubleword.models.ModelType;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Playground** of an account: chat with up to four models side by side, and how alike texts are. What is
/// typed here stays in the browser but for the calls themselves, so that no payload rests on the server.
@Path("{place: me|o/[a-z0-9-]+}/playground")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class PlaygroundPage {
    private static final String LINE = "jsonl";
    private static final ObjectMapper JSON = JsonFormat.trees();

    private final ModelOffers offers;
    private final SampleModels models;
    private final RequestCode programs;
    private final Samples samples;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final PublicAddress address;

    PlaygroundPage(
            ModelOffers offers,
            SampleModels models,
            Samples samples,
            Accounts accounts,
            CurrentCaller current,
            PublicAddress address) {
        this.offers = offers;
        this.models = models;
        this.programs = new RequestCode(samples);
        this.samples = samples;
        this.accounts = accounts;
        this.current = current;
        this.address = address;
    }

    /// @param base the page's own address
    /// @param place what the addresses of the account's pages begin with
    /// @param user under whose name the browser keeps the history
    /// @param account who pays, as the switcher names it
    /// @param mayCall whether the reader may call models from here
    record chat(String base, String place, long user, String account, List<ModelRow> models, boolean mayCall)
            implements TemplateInstance {}

    /// As [chat].
    record embeddings(String base, String place, String account, List<String> models, boolean mayCall)
            implements TemplateInstance {}

    /// The dialog that shows a request as code.
    ///
    /// @param body the request, for the other tabs
    /// @param install what brings the client's library; empty where none is needed
    record code(String base, List<Tab> tabs, String body, Code code, Code environment, boolean line, String install)
            implements TemplateInstance {}

    /// One of several to choose from.
    record Tab(String label, String value, boolean chosen) {}

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("place") String place, @QueryParam("mode") @DefaultValue("chat") String mode) {
        String base = "/" + place + "/playground";
        boolean mayCall = current.get().may("keys");
        TemplateInstance page = mode.equals("embeddings")
                ? new embeddings(base, "/" + place, account(), models.ofType("embedding"), mayCall)
                : new chat(base, "/" + place, current.get().user(), account(), offers.ofType(ModelType.CHAT), mayCall);
        return ConsolePages.page(200, page).build();
    }

    /// The request as a program, or as a line of a batch file.
    @POST
    @Path("code")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response code(
            @PathParam("place") String place,
            @FormParam("language") @DefaultValue("") String wanted,
            @FormParam("body") @DefaultValue("{}") String body)
            throws JsonProcessingException {
        JsonNode request = JSON.readTree(body);
        boolean line = wanted.equals(LINE);
        Language language = Language.of(wanted);
        List<Tab> tabs = new ArrayList<>();
        programs.languages().forEach(each -> tabs.add(new Tab(each.label(), each.wire(), !line && each == language)));
        tabs.add(new Tab("JSONL line", LINE, line));
        Code shown = line
                ? Code.of(LINE, RequestCode.line(request))
                : Code.of(language.colouring(), programs.program(language, request));
        Code environment = Code.of(
                "sh", samples.environment(new Samples.Values(address.apiUrl().toString(), "", "")));
        return ConsolePages.page(
                        200,
                        new code(
                                "/" + place + "/playground",
                                tabs,
                                body,
                                shown,
                                environment,
                                line,
                                line ? "" : language.install()))
                .build();
    }

    private String account() {
        return accounts.organizationOfAccount(current.get().account())
                .map(Organization::name)
                .orElse("Personal");
    }
}
