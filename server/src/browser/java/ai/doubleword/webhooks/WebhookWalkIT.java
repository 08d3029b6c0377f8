package ai.doubleword.webhooks;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.console.Walk;
import ai.doubleword.platform.ServerProcess;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A person makes a webhook, sends a test event, sees that it failed, sends it again, and sees it arrive without loading
/// the page anew.
class WebhookWalkIT extends Walk {
    private static final double PATIENCE_MILLIS = 60_000;

    @Override
    protected ServerProcess.Plan plan(Path home) {
        return super.plan(home).withEnvironment("DOUBLEWORD_EGRESS_USER_RANGES", "127.0.0.1");
    }

    @Test
    @Tag("S-13")
    void aWebhookIsMadeTestedLookedAtAndItsEventSentAgain() {
        try (TestReceiver receiver = new TestReceiver()) {
            Page page = page("/me");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Webhooks").setExact(true))
                    .click();
            button(page.locator("section.card"), "Create webhook").click();
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
        }
    }

    private static LocatorAssertions.IsVisibleOptions patiently() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS);
    }
}
