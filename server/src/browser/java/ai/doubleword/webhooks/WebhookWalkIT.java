package ai.doubleword.webhooks;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A person makes a webhook, sends a test event, sees that it failed, sends it again, and sees it arrive without loading
/// the page anew.
class WebhookWalkIT {
    private static final String PASSWORD = "seven purple lanterns";
    private static final double PATIENCE_MILLIS = 60_000;

    @TempDir
    Path folder;

    @Test
    @Tag("S-13")
    void aWebhookIsMadeTestedLookedAtAndItsEventSentAgain() {
        List<String> complaints = new ArrayList<>();
        try (TestReceiver receiver = new TestReceiver();
                ServerProcess server = ServerProcess.in(folder.resolve("home"))
                        .withEnvironment("DOUBLEWORD_EGRESS_USER_RANGES", "127.0.0.1")
                        .start();
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
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                if (message.text().contains("Content Security Policy")) {
                    complaints.add(message.text());
                }
            });
            claim(page, origin + server.claimPath());

            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Webhooks").setExact(true))
                    .click();
            button(page, "Create webhook").click();
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            dialog.getByLabel("URL").fill(receiver.url());
            dialog.getByLabel("batch.completed").check();
            button(dialog, "Create").click();
            assertThat(dialog).containsText("Copy this secret now — it won't be shown again");
            page.keyboard().press("Escape");
            assertThat(dialog).isVisible();
            assertThat(dialog.getByText(Pattern.compile("^whsec_"))).isVisible();
            button(dialog, "I have saved it").click();
            page.waitForURL("**/me/webhooks/whk_*");

            receiver.answer(503, "not today");
            button(page, "Send test event").click();
            page.waitForURL("**/deliveries/evt_*");
            assertThat(page.getByText("It answered 503.")).isVisible(patiently());
            assertThat(page.getByText("not today")).isVisible();

            receiver.answer(200, "thanks");
            button(page, "Send again").click();
            assertThat(page.getByText("delivered")).isVisible(patiently());
            assertThat(page.getByText("thanks")).isVisible();
            assertThat(receiver.messages)
                    .extracting(TestReceiver.Message::id)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .containsOnly(receiver.messages.getFirst().id());
            assertThat(complaints).isEmpty();
        } finally {
            ServerProcess.endOrphan(folder.resolve("home"));
        }
    }

    private static void claim(Page page, String link) {
        page.navigate(link);
        page.getByLabel("Email address").fill("ada@example.com");
        page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
        page.getByLabel("Password, again").fill(PASSWORD);
        button(page, "Continue").click();
        page.waitForURL("**/me");
    }

    private static LocatorAssertions.IsVisibleOptions patiently() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .and(page.locator(":visible"));
    }

    private static Locator button(Locator within, String name) {
        return within.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }
}
