package ai.doubleword.console;

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
import com.microsoft.playwright.options.ReducedMotion;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A way of people through the console, in a real browser against the built program: a server for the class, claimed by
/// Ada, who is signed in. After each test it holds that no script failed and that the page's policy refused nothing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class Walk {
    static final String PASSWORD = "seven purple lanterns";
    static final Pattern KEY = Pattern.compile("dw_sk_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");

    private static final String HELLO =
            "{\"model\": \"doubleword-demo\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";

    private final List<String> complaints = new ArrayList<>();
    private Path folder = Path.of("");
    private @Nullable ServerProcess server;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;
    private @Nullable String signedIn;
    private @Nullable BrowserContext context;

    /// How the server of this walk is started.
    protected ServerProcess.Plan plan(Path home) {
        return ServerProcess.in(home);
    }

    /// Where the browser finds the console; forms from any other address are refused.
    protected String origin() {
        return "http://localhost:" + server().url().getPort();
    }

    @BeforeAll
    protected void startServerAndClaimIt(@TempDir Path fresh) {
        folder = fresh;
        server = plan(folder.resolve("home")).start();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
        try (BrowserContext first = stranger()) {
            Page page = first.newPage();
            page.navigate(url(server.claimPath()));
            page.getByLabel("Email address").fill("ada@example.com");
            page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true))
                    .fill(PASSWORD);
            page.getByLabel("Password, again").fill(PASSWORD);
            button(page, "Continue").click();
            page.waitForURL("**/me");
            signedIn = first.storageState();
        }
    }

    @AfterAll
    protected void stop() {
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
    protected void open() {
        context = open(ColorScheme.LIGHT);
    }

    @AfterEach
    protected void nothingWasRefusedByThePolicyAndNoScriptFailed() {
        context().close();
        List<String> heard = List.copyOf(complaints);
        complaints.clear();
        assertThat(heard).isEmpty();
    }

    /// Ada's browser.
    protected BrowserContext context() {
        return Objects.requireNonNull(context);
    }

    protected ServerProcess server() {
        return Objects.requireNonNull(server);
    }

    /// Another window of Ada, in a theme.
    BrowserContext open(ColorScheme theme) {
        return watched(Objects.requireNonNull(browser)
                .newContext(options().setStorageState(signedIn).setColorScheme(theme)));
    }

    /// The browser of somebody who is not signed in.
    BrowserContext stranger() {
        return watched(Objects.requireNonNull(browser).newContext(options()));
    }

    /// How windows are opened: wide, and still, so that no colour is looked at on its way to another.
    protected Browser.NewContextOptions options() {
        return new Browser.NewContextOptions()
                .setViewportSize(1440, 900)
                .setReducedMotion(ReducedMotion.REDUCE);
    }

    /// A new tab of Ada.
    protected Page page(String path) {
        return page(context(), path);
    }

    /// A new tab of a browser.
    protected Page page(BrowserContext browser, String path) {
        Page page = browser.newPage();
        page.navigate(url(path));
        return page;
    }

    String url(String path) {
        return origin() + path;
    }

    private BrowserContext watched(BrowserContext browser) {
        browser.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 4")) {
                complaints.add(message.text());
            }
        });
        browser.onWebError(error -> complaints.add(error.error()));
        return browser;
    }

    /// The rules of WCAG A and AA that a page breaks, with where.
    static List<String> accessibilityProblems(Page page) {
        if (page.evaluate("() => window.axe === undefined").equals(true)) {
            try (InputStream script = Walk.class.getClassLoader().getResourceAsStream("axe.min.js")) {
                page.evaluate(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return texts(page, """
                async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
                    .violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ' ' + node.html))
                """);
    }

    /// The list that a script comes to.
    static List<String> texts(Page page, String script) {
        return ((List<?>) page.evaluate(script)).stream().map(Object::toString).toList();
    }

    /// A chat call to the demo model.
    HttpResponse<String> call(String key) {
        return server().post("/v1/chat/completions", key, HELLO);
    }

    String file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a program in an environment of only these variables and the path; gives back what it printed, and fails if
    /// it fails.
    static String run(Map<String, String> environment, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("DOUBLEWORD_") || name.startsWith("OPENAI_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Runs a source file in Java with the official SDK on its class path.
    String java(Map<String, String> environment, String source) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return run(environment, java, "-cp", classes, file("Sample.java", source));
    }

    protected static Locator button(Page page, String name) {
        return page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .and(page.locator(":visible"));
    }

    protected static Locator button(Locator within, String name) {
        return within.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true))
                .first();
    }

    static Locator tab(Locator dialog, String language) {
        return dialog.getByRole(
                AriaRole.LINK,
                new Locator.GetByRoleOptions().setName(language).setExact(true));
    }
}
