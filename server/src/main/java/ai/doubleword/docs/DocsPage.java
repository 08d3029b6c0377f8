package ai.doubleword.docs;

import ai.doubleword.console.Shell;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The documentation for everybody. Who is signed in is led on to the same page in the account they were in last, where
/// samples can be filled in: [AccountDocsPage].
@Path("docs")
@Produces(MediaType.WILDCARD)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class DocsPage {
    static final String BASE = "/docs";
    private static final String MARKDOWN = ".md";

    private final Pages pages;
    private final DocsView view;
    private final Shell shell;
    private final PublicAddress address;

    DocsPage(Pages pages, DocsView view, Shell shell, PublicAddress address) {
        this.pages = pages;
        this.view = view;
        this.shell = shell;
        this.address = address;
    }

    @GET
    @Operation(hidden = true)
    public Response overview(@Context UriInfo uri) {
        return shell.signedIn()
                ? onwards(uri)
                : answer(200, view.overview(BASE)).build();
    }

    @GET
    @Path("search")
    @Operation(hidden = true)
    public Response search(
            @QueryParam("q") @DefaultValue("") String query,
            @HeaderParam("HX-Request") @Nullable String htmx,
            @Context UriInfo uri) {
        return shell.signedIn()
                ? onwards(uri)
                : answer(200, view.search(BASE, query, htmx != null)).build();
    }

    @GET
    @Path("images/{image: [a-z0-9-]+\\.png}")
    @Operation(hidden = true)
    public Response image(@PathParam("image") String image, @QueryParam("v") @DefaultValue("") String version) {
        return Picture.find(image)
                .map(picture -> Response.ok(picture.content(), "image/png")
                        .header(
                                "Cache-Control",
                                picture.version().equals(version)
                                        ? "public, max-age=31536000, immutable"
                                        : "public, max-age=3600")
                        .header("X-Content-Type-Options", "nosniff")
                        .build())
                .orElseGet(() -> Response.status(404).build());
    }

    /// A page, or with `.md` behind its name the markdown that it is made from.
    @GET
    @Path("{page: .+}")
    @Operation(hidden = true)
    public Response page(
            @PathParam("page") String name,
            @QueryParam("language") @Nullable String language,
            @CookieParam(Choices.LANGUAGE) @Nullable String remembered,
            @Context UriInfo uri) {
        if (name.endsWith(MARKDOWN)) {
            return markdown(name.substring(0, name.length() - MARKDOWN.length()));
        }
        if (shell.signedIn()) {
            return onwards(uri);
        }
        Optional<Page> page = pages.find(name);
        if (page.isEmpty()) {
            return answer(404, view.missing(BASE, name)).build();
        }
        Language chosen = Choices.language(language, remembered);
        Reader reader = new Reader(
                BASE,
                BASE + "/" + name,
                "",
                false,
                Optional.empty(),
                chosen,
                List.of(),
                new Samples.Values(address.apiUrl().toString(), "", ""),
                "",
                List.of());
        Response.ResponseBuilder answer = answer(200, view.page(page.get(), reader));
        if (language != null) {
            answer.cookie(Choices.remember(Choices.LANGUAGE, chosen.wire()));
        }
        return answer.build();
    }

    private Response markdown(String name) {
        return pages.find(name)
                .map(page -> DocsTexts.text(page.markdown(), "text/markdown"))
                .orElseGet(() -> answer(404, view.missing(BASE, name)).build());
    }

    private Response onwards(UriInfo uri) {
        String query = uri.getRequestUri().getRawQuery();
        return ConsolePages.seeOther(
                        shell.place().path() + uri.getRequestUri().getRawPath() + (query == null ? "" : "?" + query),
                        false)
                .build();
    }

    static Response.ResponseBuilder answer(int status, TemplateInstance content) {
        return ConsolePages.page(status, content).header("Content-Language", "en");
    }
}
