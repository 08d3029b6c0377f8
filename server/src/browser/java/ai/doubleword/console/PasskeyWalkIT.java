package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Passkeys in a real browser, whose authenticator is in software.
class PasskeyWalkIT extends Walk {
    @Test
    @Tag("S-15")
    void aPasskeyIsAddedAndSignsInWithoutAddressAndPassword() {
        Page page = page("/settings");
        authenticator(context().newCDPSession(page));
        page.getByLabel("Name of the new passkey").fill("work laptop");
        button(page, "Add a passkey").click();
        assertThat(page.getByRole(AriaRole.CELL, new Page.GetByRoleOptions().setName("work laptop")))
                .isVisible();

        context().clearCookies();
        page.navigate(url("/settings"));
        button(page, "Sign in with a passkey").click();
        page.waitForURL("**/settings");
        assertThat(page.getByRole(AriaRole.CELL, new Page.GetByRoleOptions().setName("work laptop")))
                .isVisible();
    }

    @Test
    @Tag("S-15")
    void aBrowserWhoseProofIsOldAsksInADialogAndGoesOn() {
        Page page = page("/settings");
        authenticator(context().newCDPSession(page));
        Locator cells = page.getByRole(AriaRole.CELL, new Page.GetByRoleOptions().setName("confirmed"));
        proofIsOldOnce(page);
        page.getByLabel("Name of the new passkey").fill("confirmed");
        button(page, "Add a passkey").click();
        Locator dialog =
                page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Confirm that it is you"));
        assertThat(dialog).isVisible();
        assertThat(accessibilityProblems(page)).isEmpty();
        dialog.getByLabel("Your password").fill(PASSWORD);
        button(dialog, "Confirm").click();
        assertThat(cells).isVisible();

        proofIsOldOnce(page);
        page.getByLabel("Name of the new passkey").fill("another");
        button(page, "Add a passkey").click();
        button(dialog, "Use a passkey").click();
        // Past the question, the authenticator says that it has one of this user's.
        assertThat(page.getByText("This device has a passkey of yours already.")).isVisible();
        assertThat(dialog).hasCount(0);
    }

    /// Lets the server refuse once, as it does where the last proof is older than a quarter of an hour.
    private static void proofIsOldOnce(Page page) {
        page.route(
                "**/settings/passkeys/options",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(403)
                        .setContentType("application/json")
                        .setBody("{\"error\":\"confirmation_required\",\"message\":\"Confirm that it is you\"}")),
                new Page.RouteOptions().setTimes(1));
    }

    /// One that is always there, and sure who uses it.
    private static void authenticator(CDPSession devTools) {
        devTools.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        JsonObject parameters = new JsonObject();
        parameters.add("options", options);
        devTools.send("WebAuthn.addVirtualAuthenticator", parameters);
    }
}
