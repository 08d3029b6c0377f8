package ai.doubleword.platform;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// Pages outside of the console: signing in, links. Without scripts but where a page asks for them. Never cached,
/// never framed.
public final class PlainPages {
    private PlainPages() {}

    /// A page whose forms go to this server only.
    public static Response.ResponseBuilder page(int status, TemplateInstance content) {
        return page(status, content, "'self'");
    }

    /// A page whose forms may lead further.
    ///
    /// @param targets where forms may go, and be led from there: browsers hold redirects to it, too
    public static Response.ResponseBuilder page(int status, TemplateInstance content, String targets) {
        return respond(status, content, "form-action " + targets);
    }

    /// The same, with scripts of this server that call it.
    public static Response.ResponseBuilder scripted(int status, TemplateInstance content, String targets) {
        return respond(status, content, "script-src 'self'; connect-src 'self'; form-action " + targets);
    }

    /// A page that refuses what a form asked for, with the problem's status.
    public static Response.ResponseBuilder refused(Problem problem, TemplateInstance content) {
        return refused(problem, page(problem.code().status(), content));
    }

    /// Says on such a page when to come again, where the problem does.
    public static Response.ResponseBuilder refused(Problem problem, Response.ResponseBuilder page) {
        return problem.retryAfterSeconds() > 0
                ? page.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds())
                : page;
    }

    private static Response.ResponseBuilder respond(int status, TemplateInstance content, String allowed) {
        return Response.status(status)
                .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .entity(content.render())
                .header("Cache-Control", "no-store")
                // Not no-referrer: browsers then send "Origin: null" with the page's forms.
                .header("Referrer-Policy", "same-origin")
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
                                + allowed);
    }

    /// Leads a browser to a path of this server after a form; relative, so that the Host header has no say.
    public static Response.ResponseBuilder seeOther(String path) {
        return Response.status(Response.Status.SEE_OTHER)
                .header("Location", path)
                .header("Cache-Control", "no-store");
    }
}
