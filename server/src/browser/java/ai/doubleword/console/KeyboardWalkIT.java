package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The life of a key without a mouse: nothing here clicks.
class KeyboardWalkIT extends Walk {
    @Test
    void aKeyIsMadeCopiedRenamedAndRevokedByKeyboardAlone() {
        context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        Page page = page("/me/api-keys");
        press(page, "Create API Key");
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(page.locator(":focus")).hasAttribute("name", "name");
        page.keyboard().type("research");
        page.keyboard().press("Enter");

        assertThat(dialog).containsText("Copy this key now");
        press(page, "Copy");
        String key = (String) page.evaluate("() => navigator.clipboard.readText()");
        assertThat(key).matches(KEY);
        press(page, "I have saved it");
        assertThat(dialog).isHidden();
        assertThat(call(key).statusCode()).isEqualTo(200);

        page.reload();
        press(page, "More for research");
        press(page, "Edit");
        assertThat(dialog).isVisible();
        assertThat(page.locator(":focus")).hasAttribute("name", "name");
        page.keyboard().press("Control+a");
        page.keyboard().type("research, spring");
        page.keyboard().press("Enter");
        assertThat(page.getByText("research, spring").first()).isVisible();
        page.waitForLoadState();

        press(page, "More for research, spring");
        press(page, "Revoke");
        // What ends something is not what Enter does first.
        assertThat(page.locator(":focus")).hasText("Cancel");
        page.keyboard().press("Escape");
        assertThat(dialog).isHidden();
        press(page, "More for research, spring");
        press(page, "Revoke");
        assertThat(page.locator(":focus")).hasText("Cancel");
        press(page, "Revoke");
        server().await("the key is refused", () -> call(key).statusCode() == 401);
    }

    /// Moves on with Tab until what is called so has the focus, and presses Enter. Everything on the way shows where
    /// the focus is.
    private static void press(Page page, String name) {
        for (int step = 0; step < 200; step++) {
            Locator focused = page.locator(":focus");
            if (focused.count() == 1) {
                String called = (String) focused.evaluate(
                        "element => element.getAttribute('aria-label') ?? element.innerText.trim()");
                if (called.equals(name)) {
                    assertThat((Boolean) focused.evaluate(
                                    "element => element.matches(':focus-visible') && "
                                            + "getComputedStyle(element).outlineStyle !== 'none'"))
                            .as("the focus on %s is seen", name)
                            .isTrue();
                    page.keyboard().press("Enter");
                    return;
                }
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("Tab does not reach " + name);
    }
}
