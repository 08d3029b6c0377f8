package ai.doubleword.home;

import ai.doubleword.accounts.AdminLinks;
import ai.doubleword.accounts.User;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The page behind the administrator's one-time link: it asks for an address and a password, and then shows a platform
/// key, once. Looking at it does not use the link up.
@Path("/claim/{token}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class ClaimResource {
    private final AdminLinks links;
    private final Keys keys;
    private final PublicAddress address;

    ClaimResource(AdminLinks links, Keys keys, PublicAddress address) {
        this.links = links;
        this.keys = keys;
        this.address = address;
    }

    /// @param problem what was wrong with the last attempt; empty at first
    record form(String email, String problem) implements TemplateInstance {}

    /// @param email of the administrator
    /// @param key the platform key, shown this once
    /// @param url where the management API is
    record done(String email, String key, URI url) implements TemplateInstance {}

    /// @param title in a few words
    /// @param remedy what to do
    record refused(String title, String remedy) implements TemplateInstance {}

    @GET
    @RoutePolicy(Authentication.LINK)
    public Response show(@PathParam("token") String token) {
        Optional<User> user = links.find(token);
        if (user.isEmpty()) {
            return expired();
        }
        return page(200, new form(user.get().claimed() ? user.get().email() : "", ""));
    }

    @POST
    @RoutePolicy(Authentication.LINK)
    public Response claim(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("email") @Nullable String email,
            @FormParam("password") @Nullable String password,
            @FormParam("again") @Nullable String again) {
        if (!address.publicUrl().toString().equals(origin)) {
            return page(
                    403,
                    new refused(
                            "This page was opened under another address.",
                            "Open the link as " + address.publicUrl() + "/claim/…, or set server.public-url."));
        }
        String wanted = email == null ? "" : email;
        if (links.find(token).isEmpty()) {
            return expired();
        }
        if (password == null || !password.equals(again)) {
            return page(400, new form(wanted, "The two passwords differ."));
        }
        User user;
        try {
            user = links.claim(token, wanted, password);
        } catch (ProblemException e) {
            int status = e.problem().code().status();
            return status == 404
                    ? expired()
                    : page(status, new form(wanted, e.problem().message()));
        }
        IssuedKey key = keys.issue(
                user.account(), user.id(), KeyType.PLATFORM, KeyTerms.named("administrator"), Keys.ALL_RIGHTS);
        return page(200, new done(user.email(), key.text().revealText(), address.publicUrl()));
    }

    private static Response expired() {
        return page(
                404,
                new refused(
                        "This link does not work any more.",
                        "It works once, within 24 hours. Make another where the server runs: doubleword admin link"));
    }

    private static Response page(int status, TemplateInstance content) {
        return Response.status(status)
                .entity(content.render())
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "same-origin")
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
                                + " frame-ancestors 'none'")
                .build();
    }
}
