package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Batches from the first line to the download, in a real browser against the built program.
class BatchWalkIT extends Walk {
    private static final double PATIENCE_MILLIS = 60_000;

    private @Nullable SimulatorServer simulator;

    @BeforeAll
    void addAModelThatFailsTwice() {
        simulator = SimulatorServer.start(new SimulatedModels(SimulatorConfig.defaults()), "127.0.0.1", 0, 1);
        server().run("providers", "add", "lab", "--base-url", simulator.baseUrl());
        server().run("models", "add", "flaky", "--provider", "lab", "--type", "chat", "--upstream", "sim-chat!400?times=2");
    }

    @AfterAll
    void stopSimulator() {
        if (simulator != null) {
            simulator.close();
        }
    }

    private static String line(String id, String model) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
                "max_tokens":8,"messages":[{"role":"user","content":"Tell me about %s."}]}}
                """.formatted(id, model, id);
    }

    @Test
    void pastedLinesRunFailAreRetriedAndDownloaded() throws IOException {
        Page page = page("/me/batches");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New batch")).first().click();
        page.getByLabel("Paste lines here, or upload a file of any size").fill(line("tide", "no-such-model"));
        button(page, "Check and price").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("no-such-model");

        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append(line("good-" + i, "doubleword-demo"));
        }
        lines.append(line("bad-1", "flaky")).append(line("bad-2", "flaky"));
        page.getByLabel("Paste lines here, or upload a file of any size").fill(lines.toString());
        button(page, "Check and price").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Price and window")))
                .isVisible();
        assertThat(page.getByText("Billed to Personal")).isVisible();
        page.getByText("Within 1h").click();
        page.getByLabel("Name optional").fill("tides");
        button(page, "Start the batch").click();
        page.waitForURL("**/me/batches/batch_*");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("tides"))).isVisible();

        // The page follows the batch by itself, and shows the whole of it at its end.
        assertThat(page.getByText("42 of 42 requests done")).isVisible(patient());
        assertThat(page.locator("[data-live]")).hasCount(0);
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Failures"))).isVisible();
        page.locator("#results").getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Failed").setExact(true)).click();
        page.getByLabel("Choose bad-1").check();
        button(page, "Retry the 1").click();
        assertThat(page.getByText("41 answered")).isVisible(patient());
        button(page, "Retry 1").click();
        assertThat(page.getByText("42 answered")).isVisible(patient());
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Failures"))).isHidden();

        page.getByLabel("Search results").fill("\"good-7\"");
        assertThat(page.locator("#found")).containsText("1 shown");
        assertThat(page.locator("#found")).containsText("Tell me about good-7.");
        Download csv = page.waitForDownload(() -> page.locator("#results").getByText("CSV", new Locator.GetByTextOptions().setExact(true)).click());
        assertThat(Files.readString(csv.path())).contains("good-39,completed,doubleword-demo,\"Tell me about good-39.\"");
        Download jsonl = page.waitForDownload(() -> page.locator("#results").getByText("JSONL", new Locator.GetByTextOptions().setExact(true)).click());
        assertThat(Files.readAllLines(jsonl.path()).size()).isGreaterThanOrEqualTo(42);
    }

    @Test
    void aTableAndATemplateBecomeABatch() {
        Page page = page("/me/batches/new?from=csv");
        page.getByLabel("Rows, with the names of the columns first").fill("city,country\nLisbon,Portugal\nTurin,Italy\n");
        page.getByLabel("Model").selectOption("doubleword-demo");
        page.getByLabel("What to ask, or embed").fill("What is {{city}} in {{country}} known for?");
        assertThat(page.locator("#preview")).containsText("What is Turin in Italy known for?");
        assertThat(page.locator("#preview")).containsText("2 rows");
        button(page, "Check and price").click();
        button(page, "Run a sample").click();
        page.waitForURL("**/me/batches/batch_*");
        assertThat(page.getByText("2 of 2 requests done")).isVisible(patient());
        assertThat(page.locator("#found")).containsText("What is Lisbon in Portugal known for?");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Clone")).click();
        button(page, "Start the batch").click();
        page.waitForURL("**/me/batches/batch_*");
        assertThat(page.getByText("2 of 2 requests done")).isVisible(patient());
    }

    @Test
    void noPageOfBatchesBreaksARuleOfAccessibility() {
        Page made = page("/me/batches/new");
        made.getByLabel("Paste lines here, or upload a file of any size").fill(line("axe", "doubleword-demo"));
        button(made, "Check and price").click();
        made.waitForURL("**/new?file=*");
        String review = made.url();
        button(made, "Start the batch").click();
        made.waitForURL("**/me/batches/batch_*");
        assertThat(made.getByText("1 of 1 requests done")).isVisible(patient());
        String detail = made.url();
        List<String> pages = List.of(
                url("/me/batches"), detail, detail + "/delete", review, url("/me/batches/new"), url("/me/batches/new?from=csv"), url("/me/batches/new?from=file"));
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (BrowserContext themed = open(theme)) {
                Page page = themed.newPage();
                for (String address : pages) {
                    page.navigate(address);
                    assertThat(accessibilityProblems(page)).as(theme + " " + address).isEmpty();
                }
            }
        }
    }

    private static LocatorAssertions.IsVisibleOptions patient() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS);
    }
}
