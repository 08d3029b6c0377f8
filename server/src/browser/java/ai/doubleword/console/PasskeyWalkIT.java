package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
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
