package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.SelectOption;
import org.junit.jupiter.api.Test;

/// How people come to share an account, each in a browser of their own.
class OrganizationWalkIT extends Walk {
    private static final String HOME = "/o/acme-research";

    @Test
    void anOrganizationIsMadePeopleAreInvitedShareKeysAndPart() {
        Page ada = page("/organizations");
        Locator dialog = ada.getByRole(AriaRole.DIALOG);
        button(ada, "New organization").click();
        dialog.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true)).fill("Acme Research");
        button(dialog, "Create").click();
        ada.waitForURL("**" + HOME + "/members");

        try (BrowserContext hers = stranger();
                BrowserContext his = stranger()) {
            Page clara = accept(hers, invite(ada, "clara@example.com", "admin"), "nine orange lanterns");
            Page ben = accept(his, invite(ada, "ben@example.com", "member"), "eight yellow lanterns");

            // A member without the right sees no key but those that are made for him.
            ben.navigate(url(HOME + "/api-keys"));
            assertThat(ben.getByText("No key is yours here")).isVisible();
            assertThat(button(ben, "Create API Key")).hasCount(0);

            // The admin makes him one; its secret is his alone, once.
            clara.navigate(url(HOME + "/api-keys"));
            button(clara, "Create API Key").click();
            Locator form = clara.getByRole(AriaRole.DIALOG);
            assertThat(form).containsText("Billed to Acme Research");
            form.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true)).fill("ben's laptop");
            form.getByLabel("For", new Locator.GetByLabelOptions().setExact(true))
                    .selectOption(new SelectOption().setLabel("ben@example.com"));
            button(form, "Create").click();
            assertThat(clara.getByText("ben's laptop").first()).isVisible();
            assertThat(clara.getByText(KEY)).hasCount(0);

            ben.reload();
            button(ben, "Reveal").click();
            Locator shown = ben.getByRole(AriaRole.DIALOG);
            button(shown, "Reveal").click();
            String key = shown.getByText(KEY).innerText();
            button(shown, "I have saved it").click();
            server().await("the key works", () -> call(key).statusCode() == 200);

            // What it was used for stands on the organization's pages, and not among Ben's own.
            Locator logged = ben.getByRole(AriaRole.CELL)
                    .getByText("doubleword-demo", new Locator.GetByTextOptions().setExact(true));
            ben.waitForCondition(() -> {
                ben.navigate(url(HOME + "/requests"));
                return logged.count() == 1;
            });
            ben.navigate(url("/me/requests"));
            assertThat(logged).hasCount(0);

            // Who leaves loses the pages, and the key with them.
            ada.navigate(url(HOME + "/members"));
            ada.getByLabel("More for ben@example.com").click();
            button(ada, "Remove").click();
            assertThat(dialog).containsText("This ends 1 API key");
            button(dialog, "Remove").click();
            assertThat(ada.getByLabel("More for ben@example.com")).hasCount(0);
            server().await("the key is refused", () -> call(key).statusCode() == 401);
            assertThat(ben.navigate(url(HOME)).status()).isEqualTo(404);

            // The only owner has no way out; an admin has.
            assertThat(ada.getByLabel("More for clara@example.com")).isVisible();
            assertThat(ada.getByLabel("More for admin")).hasCount(0);
            clara.navigate(url(HOME + "/members"));
            clara.getByLabel("More for clara@example.com").click();
            button(clara, "Leave").click();
            button(clara.getByRole(AriaRole.DIALOG), "Leave").click();
            clara.waitForURL("**/organizations");
            assertThat(clara.navigate(url(HOME)).status()).isEqualTo(404);
        }
    }

    private String invite(Page page, String address, String role) {
        page.navigate(url(HOME + "/members"));
        button(page, "Invite").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Address").fill(address);
        dialog.getByText(role, new Locator.GetByTextOptions().setExact(true)).click();
        button(dialog, "Make the link").click();
        String link = dialog.locator("#invite-link").innerText();
        button(dialog, "Done").click();
        return link;
    }

    private static Page accept(BrowserContext browser, String link, String password) {
        Page page = browser.newPage();
        page.navigate(link);
        assertThat(page.getByRole(AriaRole.HEADING)).containsText("Join Acme Research");
        page.getByLabel("Choose a password").fill(password);
        button(page, "Accept").click();
        page.waitForURL("**" + HOME);
        return page;
    }
}
