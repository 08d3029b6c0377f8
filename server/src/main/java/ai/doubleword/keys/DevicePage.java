package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.accounts.Membership;
import ai.doubleword.accounts.Throttle;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.Problem;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page where a signed-in user lets a program in that shows a code. A link with the code in it saves the typing,
/// never the answer: whoever was sent such a link sees which device asks, and from where, and must say yes. Guesses are
/// slowed down (S-15).
@Path("device")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class DevicePage {
    private static final String GUESS = "user-code";
    private static final int FREE_GUESSES = 5;

    private final DeviceLogins devices;
    private final Accounts accounts;
    private final Authority authority;
    private final Throttle throttle;
    private final CurrentSession session;
    private final ClientAddress client;

    DevicePage(
            DeviceLogins devices,
            Accounts accounts,
            Authority authority,
            Throttle throttle,
            CurrentSession session,
            ClientAddress client) {
        this.devices = devices;
        this.accounts = accounts;
        this.authority = authority;
        this.throttle = throttle;
        this.session = session;
        this.client = client;
    }

    /// An account that the keys can be in.
    ///
    /// @param value as the form sends it
    public record Choice(String value, String name) {}

    /// @param code as it was typed
    /// @param problem what was wrong with it; empty at first
    record ask(String code, String email, String problem) implements TemplateInstance {}

    /// @param code as the device shows it
    /// @param near whether the device asks from the address of this browser
    record confirm(String code, DeviceLogin login, boolean near, String email, List<Choice> choices)
            implements TemplateInstance {}

    record done(boolean allowed, String device) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@QueryParam("user_code") @DefaultValue("") String typed) {
        if (typed.isBlank()) {
            return PlainPages.page(200, new ask("", user().email(), "")).build();
        }
        try {
            String code = guess(typed);
            DeviceLogin login = devices.waiting(code).orElseThrow(DevicePage::unknown);
            throttle.takeBack(GUESS, subject());
            return PlainPages.page(
                            200,
                            new confirm(
                                    UserCode.shown(code),
                                    login,
                                    client.get().getHostAddress().equals(login.address()),
                                    user().email(),
                                    choices()))
                    .build();
        } catch (ProblemException refused) {
            return refused(typed, refused.problem());
        }
    }

    @POST
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response decide(
            @FormParam("user_code") @DefaultValue("") String typed,
            @FormParam("account") @DefaultValue("") String account,
            @FormParam("answer") @DefaultValue("") String answer) {
        try {
            boolean allowed = answer.equals("allow");
            String code = guess(typed);
            DeviceLogin login = devices.decide(code, user().id(), allowed ? chosen(account) : null);
            throttle.takeBack(GUESS, subject());
            return PlainPages.page(200, new done(allowed, login.device())).build();
        } catch (ProblemException refused) {
            return refused(typed, refused.problem());
        }
    }

    /// Counts a guess before it is known whether it is right.
    private String guess(String typed) {
        throttle.count(GUESS, subject(), FREE_GUESSES);
        return UserCode.read(typed).orElseThrow(DevicePage::unknown);
    }

    private Long chosen(String account) {
        User user = user();
        long found = account.isEmpty() ? user.account() : authority.organizationAccount(user, account);
        if (!authority.rights(user, found).contains("keys")) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "Your role here lacks the right 'keys'. Ask an owner or administrator for it.");
        }
        return found;
    }

    private List<Choice> choices() {
        User user = user();
        List<Choice> choices = new ArrayList<>();
        choices.add(new Choice("", "Personal"));
        accounts.memberships(user.id()).stream()
                .map(Membership::organization)
                .filter(organization ->
                        authority.rights(user, organization.account()).contains("keys"))
                .forEach(organization -> choices.add(new Choice(organization.slug(), organization.name())));
        return choices;
    }

    private Response refused(String typed, Problem problem) {
        Response.ResponseBuilder page =
                PlainPages.page(problem.code().status(), new ask(typed, user().email(), problem.message()));
        return (problem.retryAfterSeconds() > 0 ? page.header("Retry-After", problem.retryAfterSeconds()) : page)
                .build();
    }

    private User user() {
        return accounts.user(session.get().user()).orElseThrow();
    }

    private String subject() {
        return Long.toString(session.get().user());
    }

    private static ProblemException unknown() {
        return new ProblemException(
                ErrorCode.NOT_FOUND, "No device waits for this code. Check it, or start again on the device.");
    }
}
