package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People's ways through the console, in a real browser against the built program. Whatever is named here by role and
/// label is a promise to whoever writes about the console.
class ConsoleWalkIT {
    private static final String PASSWORD = "seven purple lanterns";
    private static final Pattern KEY = Pattern.compile("dw_sk_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");
    private static final String HELLO =
            "{\"model\": \"doubleword-demo\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";

    @TempDir
    static Path folder;

    private static @Nullable ServerProcess server;
    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;
    private static @Nullable String signedIn;

    private @Nullable BrowserContext context;
    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void startServerAndClaimIt() {
        server = ServerProcess.in(folder.resolve("home")).start();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
        try (BrowserContext first = browser.newContext()) {
            Page page = first.newPage();
            page.navigate(url(server.claimPath()));
            page.getByLabel("Email address").fill("ada@example.com");
            page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
            page.getByLabel("Password, again").fill(PASSWORD);
            button(page, "Continue").click();
            page.waitForURL("**/me");
            signedIn = first.storageState();
        }
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (playwright != null) {
            playwright.close();
        }
        if (server != null) {
            server.close();
        }
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @BeforeEach
    void open() {
        context = open(ColorScheme.LIGHT);
    }

    @AfterEach
    void nothingWasRefusedByThePolicyAndNoScriptFailed() {
        context().close();
        assertThat(complaints).isEmpty();
    }

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
    void aFilledSampleRunsAsItIsShown() throws IOException, InterruptedException {
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
        assertThat(run("sh", "-eu", file("sample.sh", sample.innerText()))).contains("\"choices\"");

        for (String language : List.of("Python", "JavaScript", "Java", "Go")) {
            tab(dialog, language).click();
            assertThat(tab(dialog, language)).hasAttribute("aria-current", "true");
            assertThat(sample).containsText(KEY);
            assertThat(sample.innerText()).doesNotContain("DOUBLEWORD_", "{{");
        }
        tab(dialog, "Java").click();
        assertThat(sample).containsText("OpenAIOkHttpClient");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(run(java, "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), file("Sample.java", sample.innerText())))
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
    void aConversationIsStreamedStoppedEditedComparedAndBecomesCode() throws IOException, InterruptedException {
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
        button(page.locator(".said.mine"), "Send").click();
        button(page, "Stop").click();
        assertThat(answers.locator(".figures")).containsText("stopped");
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
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Map<String, String> environment = Map.of(
                "DOUBLEWORD_API_KEY", server().key(), "DOUBLEWORD_API_BASE", url("/v1"));
        assertThat(run(environment, java, "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), file("Talk.java", dialog.locator("#program").innerText())))
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

    @Test
    void noPageBreaksARuleOfAccessibility() throws IOException {
        String axe;
        try (InputStream script = ConsoleWalkIT.class.getClassLoader().getResourceAsStream("axe.min.js")) {
            axe = new String(java.util.Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> pages = List.of(
                "/me", "/me/api-keys", "/me/api-keys/new", "/me/models", "/me/models/doubleword-demo",
                "/me/models/doubleword-demo?api=realtime", "/me/playground", "/me/playground?mode=embeddings", "/me/requests", "/me/usage", "/design", "/me/nothing");
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (BrowserContext themed = open(theme)) {
                Page page = themed.newPage();
                for (String path : pages) {
                    page.navigate(url(path));
                    page.evaluate(axe);
                    Object violations = page.evaluate("""
                            async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
                                .violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ' ' + node.html))
                            """);
                    assertThat((List<?>) violations).as(theme + " " + path).isEmpty();
                }
            }
        }
    }

    private Page page(String path) {
        Page page = context().newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 4")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.navigate(url(path));
        return page;
    }

    private static BrowserContext open(ColorScheme theme) {
        return java.util.Objects.requireNonNull(browser)
                .newContext(new Browser.NewContextOptions()
                        .setStorageState(signedIn)
                        .setColorScheme(theme)
                        .setViewportSize(1440, 900));
    }

    private static void menu(Page page, String key, String action) {
        page.getByLabel("More for " + key).first().click();
        button(page, action).click();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
                .and(page.locator(":visible"));
    }

    private static Locator button(Locator within, String name) {
        return within.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true))
                .first();
    }

    private static Locator tab(Locator dialog, String language) {
        return dialog.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(language).setExact(true));
    }

    private static HttpResponse<String> call(String key) {
        return server().post("/v1/chat/completions", key, HELLO);
    }

    private static String file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    private static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /// As `server.public-url` names it: forms from another address are refused.
    private static String url(String path) {
        return "http://localhost:" + server().url().getPort() + path;
    }

    private static ServerProcess server() {
        return java.util.Objects.requireNonNull(server);
    }

    private BrowserContext context() {
        return java.util.Objects.requireNonNull(context);
    }
}
