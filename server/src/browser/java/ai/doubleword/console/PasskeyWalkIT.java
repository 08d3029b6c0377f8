package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Passkeys in a real browser, whose authenticator is in software.
class PasskeyWalkIT {
    private static final String PASSWORD = "seven purple lanterns";

    @TempDir
    Path folder;

    @Test
    @Tag("S-15")
    void aPasskeyIsAddedAndSignsInWithoutAddressAndPassword() {
        List<String> complaints = new ArrayList<>();
        try (ServerProcess server =
                        ServerProcess.in(folder.resolve("home")).start();
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Path.of("/usr/bin/chromium"))
                                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
                BrowserContext context = browser.newContext()) {
            String origin = "http://localhost:" + server.url().getPort();
            Page page = context.newPage();
            page.onConsoleMessage(message -> {
                if (message.text().contains("Content Security Policy")) {
                    complaints.add(message.text());
                }
            });
            authenticator(context.newCDPSession(page));

            page.navigate(origin + server.claimPath());
            page.getByLabel("Email address").fill("ada@example.com");
            page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
            page.getByLabel("Password, again").fill(PASSWORD);
            button(page, "Continue");
            page.waitForURL("**/me");

            page.navigate(origin + "/settings");
            page.getByLabel("Name of the new passkey").fill("work laptop");
            button(page, "Add a passkey");
            assertThat(page.getByRole(AriaRole.CELL, new Page.GetByRoleOptions().setName("work laptop")))
                    .isVisible();

            context.clearCookies();
            page.navigate(origin + "/settings");
            button(page, "Sign in with a passkey");
            page.waitForURL("**/settings");
            assertThat(page.getByRole(AriaRole.CELL, new Page.GetByRoleOptions().setName("work laptop")))
                    .isVisible();
            assertThat(complaints).isEmpty();
        } finally {
            ServerProcess.endOrphan(folder.resolve("home"));
        }
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

    private static void button(Page page, String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }
}
