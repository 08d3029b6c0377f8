package ai.doubleword.docs;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.keys.SampleKeys;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The documentation in an account of who is signed in: **Fill API Key** puts a key of that account, the server's
/// address and the chosen model into every sample, and what was chosen stays so on all pages.
@Path("{place: me|o/[a-z0-9-]+}/docs")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class AccountDocsPage {
    private static final String YES = "yes";

    private final Pages pages;
    private final DocsView view;
    private final AccountReaders readers;
    private final SampleKeys sampleKeys;
    private final CurrentCaller current;

    AccountDocsPage(Pages pages, DocsView view, AccountReaders readers, SampleKeys sampleKeys, CurrentCaller current) {
        this.pages = pages;
        this.view = view;
        this.readers = readers;
        this.sampleKeys = sampleKeys;
        this.current = current;
    }

    @GET
    @Operation(hidden = true)
    public Response overview(@PathParam("place") String place) {
        return DocsPage.answer(200, view.overview(base(place))).build();
    }

    @GET
    @Path("search")
    @Operation(hidden = true)
    public Response search(
            @PathParam("place") String place,
            @QueryParam("q") @DefaultValue("") String query,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return DocsPage.answer(200, view.search(base(place), query, htmx != null))
                .build();
    }

    @GET
    @Path("{page: .+}")
    @Operation(hidden = true)
    public Response page(
            @PathParam("place") String place,
            @PathParam("page") String name,
            @QueryParam("language") @Nullable String language,
            @QueryParam("model") @Nullable String model,
            @QueryParam("filled") @Nullable String filled,
            @Context HttpHeaders headers) {
        Optional<Page> found = pages.find(name);
        if (found.isEmpty()) {
            return DocsPage.answer(404, view.missing(base(place), name)).build();
        }
        Page page = found.get();
        String modelCookie = Choices.modelCookie(page.modelType());
        Language spoken = Choices.language(language, cookie(headers, Choices.LANGUAGE));
        Reader reader = readers.of(
                base(place),
                page,
                spoken,
                model != null ? model : Choices.remembered(cookie(headers, modelCookie)),
                YES.equals(filled != null ? filled : cookie(headers, Choices.FILLED)),
                "");
        Response.ResponseBuilder answer = DocsPage.answer(200, view.page(page, reader));
        if (language != null) {
            answer.cookie(Choices.remember(Choices.LANGUAGE, spoken.wire()));
        }
        if (model != null) {
            answer.cookie(Choices.remember(modelCookie, reader.values().model()));
        }
        if (filled != null) {
            answer.cookie(Choices.forNow(Choices.FILLED, filled.equals(YES) ? YES : "no"));
        }
        return answer.build();
    }

    /// Fills the account's sample key in, made if need be.
    @POST
    @Path("{page: .+}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RoutePolicy(value = Authentication.SESSION, right = "keys")
    @Operation(hidden = true)
    public Response fill(
            @PathParam("place") String place,
            @PathParam("page") String name,
            @FormParam("instead") @DefaultValue("") String instead,
            @Context HttpHeaders headers) {
        Optional<Page> page = pages.find(name);
        if (page.isEmpty()) {
            return DocsPage.answer(404, view.missing(base(place), name)).build();
        }
        try {
            sampleKeys.fill(current.get(), new SampleKeys.Wish("", Optional.empty(), instead));
        } catch (ProblemException refused) {
            Reader reader = readers.of(
                    base(place),
                    page.get(),
                    Choices.language(null, cookie(headers, Choices.LANGUAGE)),
                    Choices.remembered(
                            cookie(headers, Choices.modelCookie(page.get().modelType()))),
                    false,
                    refused.problem().message());
            return DocsPage.answer(refused.problem().code().status(), view.page(page.get(), reader))
                    .build();
        }
        return ConsolePages.seeOther(base(place) + "/" + name + "?filled=yes#fill", false)
                .build();
    }

    private static @Nullable String cookie(HttpHeaders headers, String name) {
        Cookie cookie = headers.getCookies().get(name);
        return cookie == null ? null : cookie.getValue();
    }

    private static String base(String place) {
        return "/" + place + DocsPage.BASE;
    }
}
