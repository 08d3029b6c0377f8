package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Secret;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Two-factor sign-in** of a user: setting an app up, recovery codes, turning it off, all of which asks for
/// [Confirmation].
@Path("settings/two-factor")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class TwoFactorPage {
    static final String ADDRESS = "/settings/two-factor";

    private final SecondFactor factor;
    private final Accounts accounts;
    private final CurrentSession current;
    private final PublicAddress address;

    TwoFactorPage(SecondFactor factor, Accounts accounts, CurrentSession current, PublicAddress address) {
        this.factor = factor;
        this.accounts = accounts;
        this.current = current;
        this.address = address;
    }

    /// @param problem what was wrong with the last attempt; empty at first
    record manage(SecondFactor.State state, String problem) implements TemplateInstance {}

    /// @param secret as it is typed into an app
    /// @param problem what was wrong with the last code; empty at first
    record setup(QrCode qr, String secret, String uri, String problem) implements TemplateInstance {}

    /// @param codes shown this once
    record codes(List<String> codes, String all) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return page(200, "");
    }

    @POST
    @Path("begin")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response begin() {
        factor.begin(user().id());
        return ConsolePages.seeOther(ADDRESS, false).build();
    }

    @POST
    @Path("confirm")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response confirm(@FormParam("code") @DefaultValue("") String code) {
        return ConsolePages.attempt(() -> shown(factor.confirm(user(), code)), this::page);
    }

    @POST
    @Path("codes")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response renewCodes() {
        return ConsolePages.attempt(() -> shown(factor.renewCodes(user())), this::page);
    }

    @POST
    @Path("off")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response turnOff() {
        factor.turnOff(user());
        return ConsolePages.seeOther("/settings", false)
                .cookie(Notice.of("Two-factor sign-in is off."))
                .build();
    }

    private Response page(int status, String problem) {
        User user = user();
        Optional<Secret> pending = factor.pending(user.id());
        if (pending.isEmpty()) {
            return ConsolePages.page(status, new manage(factor.state(user.id()), problem))
                    .build();
        }
        try (Secret secret = pending.get()) {
            String uri = uri(user, secret);
            return ConsolePages.page(status, new setup(QrCode.of(uri), spaced(secret.revealText()), uri, problem))
                    .build();
        }
    }

    private static Response shown(List<String> codes) {
        return ConsolePages.page(200, new codes(codes, String.join("\n", codes)))
                .build();
    }

    /// What apps read (the key URI format that all of them share).
    private String uri(User user, Secret secret) {
        String issuer = "Doubleword " + address.publicUrl().getHost();
        return "otpauth://totp/" + encoded(issuer + ":" + user.email()) + "?secret=" + secret.revealText() + "&issuer="
                + encoded(issuer);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// In groups of four, as one types it.
    private static String spaced(String secret) {
        return secret.replaceAll("(.{4})(?=.)", "$1 ");
    }

    private User user() {
        return accounts.user(current.get().user()).orElseThrow();
    }
}
