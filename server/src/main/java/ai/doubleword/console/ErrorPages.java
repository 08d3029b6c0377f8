package ai.doubleword.console;

import ai.doubleword.accounts.ConfirmationPrompts;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ErrorPage;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.RequestId;
import io.quarkus.arc.Arc;
import io.quarkus.qute.TemplateInstance;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/// Errors as pages: inside of the console for who is signed in, plain otherwise.
@Singleton
final class ErrorPages implements ErrorPage {
    private final Shell shell;
    private final ConfirmationPrompts confirmations;

    ErrorPages(Shell shell, ConfirmationPrompts confirmations) {
        this.shell = shell;
        this.confirmations = confirmations;
    }

    /// @param title the answer in a few words
    record inside(String title, String icon, Problem problem, String requestId) implements TemplateInstance {}

    /// @param title the answer in a few words
    record outside(String title, Problem problem, String requestId) implements TemplateInstance {}

    @Override
    public String render(RoutingContext context, Problem problem) {
        if (problem.code() == ErrorCode.CONFIRMATION_REQUIRED) {
            return confirmations.instead(context, problem.message()).render();
        }
        String title = title(problem.code().status());
        String icon = problem.code().status() == 403 ? "lock" : "search";
        String id = RequestId.of(context).text();
        TemplateInstance page = mayAskTheDatabase() && shell.signedIn()
                ? new inside(title, icon, problem, id)
                : new outside(title, problem, id);
        return page.render();
    }

    /// The console around a page shows the reader's accounts, which no event loop may fetch.
    private static boolean mayAskTheDatabase() {
        return !Context.isOnEventLoopThread()
                && Arc.container().requestContext().isActive();
    }

    private static String title(int status) {
        return switch (status) {
            case 403 -> "You may not do this";
            case 404 -> "Nothing is here";
            case 429 -> "Too many requests";
            default -> status < 500 ? "This did not work" : "Something went wrong";
        };
    }
}
