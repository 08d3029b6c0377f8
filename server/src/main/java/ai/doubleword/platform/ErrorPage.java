package ai.doubleword.platform;

import io.vertx.ext.web.RoutingContext;

/// Shows people what programs read as JSON.
public interface ErrorPage {
    /// The page for a problem. On an event loop it does not block.
    String render(RoutingContext context, Problem problem);

    /// Whether a problem is shown to people: where a page is wanted, and where a part of one is that has to ask.
    static boolean isWanted(RoutingContext context, Problem problem) {
        return isWanted(context)
                || (problem.code() == ErrorCode.CONFIRMATION_REQUIRED
                        && context.request().headers().contains("HX-Request"));
    }

    /// Whether a browser asks for a page, by its `Accept` and a path outside of the APIs.
    static boolean isWanted(RoutingContext context) {
        String accept = context.request().getHeader("accept");
        String path = context.normalizedPath();
        return accept != null
                && accept.contains("text/html")
                && !ErrorForm.isAiPath(path)
                && !path.startsWith("/admin/api/")
                && !context.request().headers().contains(ErrorForm.CLI_HEADER);
    }
}
