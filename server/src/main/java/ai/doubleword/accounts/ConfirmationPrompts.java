package ai.doubleword.accounts;

import io.quarkus.qute.TemplateInstance;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a user sees who has to prove again who is there: the ways to do so, in a form that sends along what was sent
/// already, so that the proof and what it was asked for are one request. Thread-safe.
@Singleton
public final class ConfirmationPrompts {
    private static final Set<String> OWN = Set.of(CrossSite.FIELD, Confirmation.PASSWORD, Confirmation.CODE);

    private final Accounts accounts;
    private final PasswordSignIn passwords;
    private final SignInSafety safety;
    private final SignOnButtons signOn;
    private final CurrentSession current;
    private final SentForm sent;

    ConfirmationPrompts(
            Accounts accounts,
            PasswordSignIn passwords,
            SignInSafety safety,
            SignOnButtons signOn,
            CurrentSession current,
            SentForm sent) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.safety = safety;
        this.signOn = signOn;
        this.current = current;
        this.sent = sent;
    }

    /// @param action where the form goes
    /// @param fields what it carries besides the proof
    /// @param back where to go instead
    /// @param password whether the user has one
    /// @param code whether the user has an authenticator app
    /// @param passkeys whether the user has one
    /// @param buttons ways to sign in again elsewhere, for who signed in there or has neither
    /// @param problem what was wrong with the last proof; empty at first
    public record Prompt(
            String action,
            List<SentForm.Field> fields,
            String back,
            String email,
            boolean password,
            boolean code,
            boolean passkeys,
            List<SignOnButtons.Button> buttons,
            String problem) {
        /// Whether something is typed.
        public boolean typed() {
            return password || code;
        }
    }

    /// The question in the place of an answer, for the request under way.
    ///
    /// @param reason why a proof was refused
    /// @return a dialog where htmx asks, a page otherwise
    public TemplateInstance instead(RoutingContext context, String reason) {
        HttpServerRequest request = context.request();
        boolean htmx = request.getHeader("HX-Request") != null;
        String back = path(request.getHeader(htmx ? "HX-Current-URL" : "Referer"));
        boolean tried = typed(Confirmation.PASSWORD) || typed(Confirmation.CODE);
        List<SentForm.Field> fields = sent.fields().stream()
                .filter(field -> !OWN.contains(field.name()))
                .toList();
        Prompt prompt = prompt(request.uri(), fields, back, tried ? reason : "");
        return htmx ? new ConfirmationPage.dialog(prompt, true) : new ConfirmationPage.page(prompt);
    }

    private boolean typed(String field) {
        return sent.first(field).filter(text -> !text.isBlank()).isPresent();
    }

    /// The question for its own sake.
    ///
    /// @param path where to go then
    Prompt leadingTo(String path) {
        return prompt(ConfirmationPage.ADDRESS, List.of(new SentForm.Field("rd", path)), path, "");
    }

    private Prompt prompt(String action, List<SentForm.Field> fields, String back, String problem) {
        Session session = current.get();
        User user = accounts.user(session.user()).orElseThrow();
        boolean password = passwords.has(user);
        boolean code = safety.twoFactor();
        boolean passkeys = safety.passkeysPossible() && !safety.passkeys().isEmpty();
        boolean elsewhere = (!password && !code && !passkeys)
                || session.method() == SignInMethod.OIDC
                || session.method() == SignInMethod.PROXY;
        return new Prompt(
                action,
                fields,
                back,
                user.email(),
                password,
                code,
                passkeys,
                elsewhere ? signOn.again(back) : List.of(),
                problem);
    }

    /// The path of an address of ours, else that of Settings.
    private static String path(@Nullable String address) {
        try {
            URI page = URI.create(address == null ? "" : address);
            String query = page.getRawQuery();
            String path = SignInPath.path(query == null ? page.getRawPath() : page.getRawPath() + '?' + query);
            return path.startsWith(ConfirmationPage.ADDRESS) ? "/settings" : path;
        } catch (IllegalArgumentException e) {
            return "/settings";
        }
    }
}
