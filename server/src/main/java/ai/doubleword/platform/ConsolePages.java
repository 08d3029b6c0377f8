package ai.doubleword.platform;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Pages of the console: scripts, styles and images come from this server alone, none stands in the page itself, and
/// no other site may frame it (S-14). Never cached, for a page shows what its reader may see now.
public final class ConsolePages {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// What every page carries.
    static final Map<String, String> HEADERS = Map.of(
            "Content-Type", "text/html;charset=utf-8",
            "Cache-Control", "no-store",
            // Not no-referrer: browsers then send "Origin: null" with the page's forms.
            "Referrer-Policy", "same-origin",
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", POLICY);

    private ConsolePages() {}

    /// Shows a form again, with the reason why it was refused.
    @FunctionalInterface
    public interface Refusal {
        Response show(int status, String reason);
    }

    /// Does what a form asks for, or shows the form again.
    public static Response attempt(Supplier<Response> work, Refusal again) {
        try {
            return work.get();
        } catch (ProblemException refused) {
            return again.show(
                    refused.problem().code().status(), refused.problem().message());
        }
    }

    /// A page with a status.
    public static Response.ResponseBuilder page(int status, TemplateInstance content) {
        return page(status, content.render());
    }

    /// A page that is rendered already.
    public static Response.ResponseBuilder page(int status, String html) {
        Response.ResponseBuilder answer = Response.status(status).entity(html);
        HEADERS.forEach(answer::header);
        return answer;
    }

    /// A dialog: alone where a script asks for it, over its page otherwise.
    ///
    /// @param htmx the header that such a script sends
    /// @param page the page with the dialog, which is rendered already
    public static Response.ResponseBuilder dialog(
            int status, TemplateInstance dialog, @Nullable String htmx, Function<String, TemplateInstance> page) {
        String html = dialog.render();
        return htmx != null ? page(status, html) : page(status, page.apply(html));
    }

    /// Leads a browser to a path of this server after a form; relative, so that the Host header has no say.
    ///
    /// @param inPlace whether a script sent the form, and is to go there
    public static Response.ResponseBuilder seeOther(String path, boolean inPlace) {
        return (inPlace
                        ? Response.noContent().header("HX-Redirect", path)
                        : Response.status(Response.Status.SEE_OTHER).header("Location", path))
                .header("Cache-Control", "no-store");
    }
}
