package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Settings** of a user: who one is, the password, the browsers that are signed in.
@Path("settings")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class SettingsPage {
    private static final String ADDRESS = "/settings";

    private final Accounts accounts;
    private final Sessions sessions;
    private final PasswordSignIn passwords;
    private final AddressChecks checks;
    private final CurrentSession current;
    private final CurrentBrowser browser;

    SettingsPage(
            Accounts accounts,
            Sessions sessions,
            PasswordSignIn passwords,
            AddressChecks checks,
            CurrentSession current,
            CurrentBrowser browser) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.passwords = passwords;
        this.checks = checks;
        this.current = current;
        this.browser = browser;
    }

    /// A signed-in browser.
    ///
    /// @param id as forms send it
    /// @param own whether it is this one
    public record SessionRow(String id, Session session, boolean own) {}

    /// @param id as the API names the user
    /// @param checkable whether a mail can confirm the address
    /// @param problem what was wrong with the new password; empty at first
    record page(User user, String id, boolean checkable, List<SessionRow> sessions, String problem)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return answer(200, "");
    }

    @POST
    @Path("password")
    @Operation(hidden = true)
    public Response password(
            @FormParam("current") @DefaultValue("") String known,
            @FormParam("password") @DefaultValue("") String wanted,
            @FormParam("again") @DefaultValue("") String again) {
        if (!wanted.equals(again)) {
            return answer(400, "The two new passwords differ.");
        }
        try {
            passwords.change(current.get(), known, wanted, browser.place());
        } catch (ProblemException refused) {
            return answer(refused.problem().code().status(), refused.problem().message());
        }
        return done("The password is changed; all other browsers are signed out.");
    }

    @POST
    @Path("address")
    @Operation(hidden = true)
    public Response checkAddress() {
        User user = accounts.user(current.get().user()).orElseThrow();
        checks.send(user, browser.place().address());
        return done("A mail to " + user.email() + " is on its way; its link confirms the address.");
    }

    @POST
    @Path("sessions/end")
    @Operation(hidden = true)
    public Response end(@FormParam("id") @DefaultValue("") String id) {
        long session = Ids.parse(Session.PREFIX, id)
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such session."));
        sessions.end(current.get().user(), session);
        return done("That browser is signed out.");
    }

    @POST
    @Path("sessions/end-others")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response endOthers() {
        int ended = sessions.endOthers(current.get().user(), current.get().id());
        return done(ended == 1 ? "One other browser is signed out." : ended + " other browsers are signed out.");
    }

    private Response answer(int status, String problem) {
        Session own = current.get();
        User user = accounts.user(own.user()).orElseThrow();
        List<SessionRow> rows = sessions.list(user.id()).stream()
                .map(session ->
                        new SessionRow(Ids.format(Session.PREFIX, session.id()), session, session.id() == own.id()))
                .toList();
        return ConsolePages.page(
                        status, new page(user, Ids.format(User.PREFIX, user.id()), checks.possible(), rows, problem))
                .build();
    }

    private static Response done(String sentence) {
        return ConsolePages.seeOther(ADDRESS, false).cookie(Notice.of(sentence)).build();
    }
}
