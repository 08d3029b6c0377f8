package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// People's ways through the console, in a real browser against the built program. Whatever is named here by role and
/// label is a promise to whoever writes about the console.
class ConsoleWalkIT extends Walk {
    @Test
    void aKeyIsMadeCopiedUsedRotatedAndRevoked() {
        context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        Page page = page("/api-keys");
        page.waitForURL("**/me/api-keys");
        assertThat(page).hasTitle("API Keys · Doubleword Console");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("API Keys").setLevel(1)))
                .isVisible();

        button(page, "Create API Key").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("Billed to Personal");
        Locator name = dialog.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true));
        assertThat(name).hasAttribute("placeholder", "development, production, research");
        name.fill("production");
        button(dialog, "Create").click();

        assertThat(dialog).containsText("Copy this key now — it won't be shown again");
        page.keyboard().press("Escape");
        page.keyboard().press("Escape");
        assertThat(dialog).isVisible();
        button(dialog, "Copy").click();
        String key = (String) page.evaluate("() => navigator.clipboard.readText()");
        assertThat(key).matches(KEY);
        button(dialog, "I have saved it").click();
        assertThat(dialog).isHidden();
        // Its row stands on the page that comes next only.
        assertThat(page.locator("#key-" + key.substring(6, 18))).isVisible();
        page.waitForLoadState();
        assertThat(page.content()).doesNotContain(key.substring(19));

        assertThat(call(key).statusCode()).isEqualTo(200);

        menu(page, "production", "Rotate");
        button(dialog, "Rotate").click();
        String fresh = dialog.getByText(KEY).innerText();
        button(dialog, "I have saved it").click();
        assertThat(call(key).statusCode()).isEqualTo(200);
        assertThat(call(fresh).statusCode()).isEqualTo(200);
        assertThat(page.getByText("retiring")).isVisible();

        Locator row = page.locator("#key-" + fresh.substring(6, 18));
        row.getByLabel("More for production").click();
        button(row, "Revoke").click();
        button(dialog, "Revoke").click();
        assertThat(page.getByText("“production” is revoked.")).isVisible();
        server().await("the key is refused", () -> call(fresh).statusCode() == 401);
        assertThat(row).containsText("revoked");
    }

    @Test
    void aFilledSampleRunsAsItIsShown() {
        Page page = page("/models");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("doubleword-demo").setExact(true))
                .click();
        button(page, "API").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("export DOUBLEWORD_API_KEY=\"<your key>\"");
        tab(dialog, "cURL").click();
        assertThat(tab(dialog, "cURL")).hasAttribute("aria-current", "true");
        button(dialog, "Fill API Key").click();

        Locator sample = dialog.locator("#sample");
        assertThat(sample).containsText(KEY);
        assertThat(run(Map.of(), "sh", "-eu", file("sample.sh", sample.innerText()))).contains("\"choices\"");

        for (String language : List.of("Python", "JavaScript", "Java", "Go")) {
            tab(dialog, language).click();
            assertThat(tab(dialog, language)).hasAttribute("aria-current", "true");
            assertThat(sample).containsText(KEY);
            assertThat(sample.innerText()).doesNotContain("DOUBLEWORD_", "{{");
        }
        tab(dialog, "Java").click();
        assertThat(sample).containsText("OpenAIOkHttpClient");
        assertThat(java(Map.of(), sample.innerText()))
                .isNotBlank();

        button(dialog, "Try it").click();
        assertThat(dialog.getByLabel("Answer")).not().isEmpty();
        dialog.getByText("Show without key").click();
        assertThat(sample).not().containsText(KEY);
    }

    @Test
    void theFirstRequestIsNoticed() {
        Page page = page("/me");
        call(server().key());
        page.waitForCondition(() -> page.getByText("Newest requests").isVisible());
        assertThat(page.getByRole(AriaRole.TABLE)).containsText("doubleword-demo");
    }

    @Test
    void aConversationIsStreamedStoppedEditedComparedAndBecomesCode() {
        context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        Page page = page("/me/playground");
        Locator message = page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
        message.fill("Say <b>hello</b> & wave.");
        page.keyboard().press("Control+Enter");
        Locator answers = page.locator(".said:not(.mine)");
        assertThat(answers.locator(".figures")).containsText("ms to first token");
        assertThat(answers.locator(".figures")).containsText("$0.");
        assertThat(answers.locator(".text")).not().isEmpty();
        assertThat(page.locator(".said.mine .text")).hasText("Say <b>hello</b> & wave.");

        page.getByLabel("Edit and send again").click();
        page.locator(".said.mine").getByLabel("Message").fill("Tell me a long story.");
        // On a line so slow that there is time to stop, however slow this machine is.
        CDPSession line = context().newCDPSession(page);
        bytesPerSecond(line, 200);
        button(page.locator(".said.mine"), "Send").click();
        button(page, "Stop").click();
        assertThat(answers.locator(".figures")).containsText("stopped");
        bytesPerSecond(line, -1);
        page.getByLabel("Regenerate").click();
        assertThat(answers.locator(".figures")).containsText("$0.");

        button(page, "Compare").click();
        message.fill("And now?");
        button(page, "Send").click();
        page.waitForCondition(() -> answers.locator(".figures a").count() == 3);
        assertThat(page.locator(".play-column")).hasCount(2);

        button(page, "Share").click();
        page.waitForCondition(() -> page.getByText("Link copied").isVisible());
        String link = (String) page.evaluate("() => navigator.clipboard.readText()");
        Page other = page("/me/models");
        other.navigate(link);
        assertThat(other.locator(".play-column")).hasCount(2);
        assertThat(other.locator(".said.mine .text").first()).hasText("Tell me a long story.");

        button(page, "Code").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        button(dialog, "Java").click();
        assertThat(dialog.locator("#program")).containsText("OpenAIOkHttpClient");
                Map<String, String> environment = Map.of(
                "DOUBLEWORD_API_KEY", server().key(), "DOUBLEWORD_API_BASE", url("/v1"));
        assertThat(java(environment, dialog.locator("#program").innerText()))
                .isNotBlank();
        dialog.getByLabel("Close").click();

        page.reload();
        button(page, "History").click();
        dialog.getByText("Tell me a long story.").click();
        assertThat(page.locator(".play-column")).hasCount(2);
        assertThat(page.locator(".said.mine").first()).containsText("Tell me a long story.");
    }

    @Test
    void textsAreComparedByTheirVectors() {
        Page page = page("/me/playground?mode=embeddings");
        button(page, "Compare").click();
        assertThat(page.locator(".matrix tbody tr")).hasCount(4);
        assertThat(page.locator(".matrix tbody tr").first().locator("td").first()).hasText("1.00");
    }

    @Test
    void thePaletteAndTheKeyboardReachEveryPage() {
        Page page = page("/me/models");
        page.keyboard().press("Control+k");
        page.keyboard().type("keys");
        page.keyboard().press("Enter");
        page.waitForURL("**/me/api-keys");
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to content");
    }

    /// Makes the line from the server slow, or with -1 as fast as it is. The slowness is the session's own: only the same
    /// one takes it back.
    private static void bytesPerSecond(CDPSession line, int limit) {
        JsonObject conditions = new JsonObject();
        conditions.addProperty("offline", false);
        conditions.addProperty("latency", 0);
        conditions.addProperty("downloadThroughput", limit);
        conditions.addProperty("uploadThroughput", -1);
        line.send("Network.enable");
        line.send("Network.emulateNetworkConditions", conditions);
    }

    private static void menu(Page page, String key, String action) {
        page.getByLabel("More for " + key).first().click();
        button(page, action).click();
    }
}
