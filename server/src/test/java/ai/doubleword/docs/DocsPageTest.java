package ai.doubleword.docs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.Keys;
import ai.doubleword.platform.ErrorCode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The documentation as readers get it, signed out and signed in.
@QuarkusTest
class DocsPageTest {
    private static final Pattern KEY = Pattern.compile("dw_sk_([0-9A-Za-z]{12})_[0-9A-Za-z]{38}");
    private static final Pattern HREF = Pattern.compile("<(?:a [^>]*href|img [^>]*src)=\"([^\"]+)\"");
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    Pages pages;

    @TestHTTPResource("/")
    URI server;

    private Browser stranger;
    private User user;
    private Browser browser;

    @BeforeEach
    void open() {
        stranger = SignedIn.stranger(server);
        user = SignedIn.user(accounts, UserRole.USER);
        browser = SignedIn.browser(server, user);
    }

    @Test
    void everyMarkdownFileHasItsPlaceInTheReadingOrder() throws IOException {
        try (var files = Files.list(Path.of("../docs"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".md"))
                            .map(name -> name.replace(".md", "")))
                    .as("pages that ReadingOrder does not list")
                    .allSatisfy(name -> assertThat(pages.find(name)).isPresent());
        }
        assertThat(pages.all()).containsKeys("api", "changelog", "reporting-a-vulnerability");
    }

    @Test
    void everyPageIsReachedFromTheNavigationOfEveryPage() {
        for (String address : addresses("/docs")) {
            String body = stranger.get(address).body();
            assertThat(pages.all().keySet())
                    .as(address)
                    .allSatisfy(name -> assertThat(body).contains("href=\"/docs/" + name + "\""));
        }
    }

    @Test
    @Tag("S-14")
    void everyPageIsWholeAndForbidsForeignAndInlineScripts() {
        for (Map.Entry<String, Browser> way :
                Map.of("/docs", stranger, "/me/docs", browser).entrySet()) {
            for (String address : addresses(way.getKey())) {
                Browser.Answer answer = way.getValue().get(address);
                assertThat(answer.status()).as(address).isEqualTo(200);
                assertThat(header(answer, "content-language")).isEqualTo("en");
                assertThat(header(answer, "content-security-policy"))
                        .contains("default-src 'none'", "script-src 'self'")
                        .doesNotContain("unsafe");
                assertThat(answer.body())
                        .as(address)
                        .doesNotContain("{{", "<style", "&lt;details", "&lt;summary", "&lt;!--")
                        .doesNotContainPattern("<script(?![^>]* src=)")
                        .doesNotContainPattern("<[^>]* style=")
                        .doesNotContainPattern("<[^>]* on[a-z]+=");
            }
        }
    }

    @Test
    void titlesAreThePagesOwn() {
        Set<String> titles = new HashSet<>();
        for (Page page : pages.all().values()) {
            String body = stranger.get("/docs/" + page.name()).body();
            assertThat(body)
                    .contains("<title>" + page.title() + " · Doubleword Docs</title>", "<h1>" + page.title() + "</h1>");
            assertThat(titles.add(page.title())).as(page.title()).isTrue();
        }
        assertThat(titles).contains("Getting started", "Creating an API key", "API keys", "Error codes");
    }

    /// Anchors are looked for in what the server writes, not in the files.
    @Test
    void everyLinkLeadsToAPageAndAnAnchorThatAreThere() {
        Map<String, Browser.Answer> fetched = new HashMap<>();
        List<String> broken = new ArrayList<>();
        for (String address : addresses("/docs")) {
            String body = fetched.computeIfAbsent(address, stranger::get).body();
            for (String link : links(body)) {
                URI target = URI.create("http://here" + address).resolve(link);
                if (!"here".equals(target.getHost()) || target.getPath().startsWith("/authentication")) {
                    continue;
                }
                String path = target.getPath() + (target.getQuery() == null ? "" : "?" + target.getQuery());
                Browser.Answer there = fetched.computeIfAbsent(path, stranger::get);
                boolean anchored =
                        target.getFragment() == null || find(ID, there.body()).contains(target.getFragment());
                if (there.status() >= 400 || !anchored) {
                    broken.add(address + " → " + link + " (" + there.status() + ")");
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void whatAPageCallsByIdIsThereOnce() {
        for (String address : addresses("/docs")) {
            String body = stranger.get(address).body();
            List<String> ids = ID.matcher(body)
                    .results()
                    .map((MatchResult id) -> id.group(1))
                    .toList();
            assertThat(ids).as(address).doesNotHaveDuplicates();
            assertThat(ids).as(address).containsAll(find(Pattern.compile("data-copy=\"([^\"]+)\""), body));
        }
    }

    @Test
    void everyErrorCodeHasItsAnchor() {
        Set<String> ids = find(ID, stranger.get("/docs/errors").body());
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ids).contains(code.code());
        }
    }

    @Test
    void samplesComeInTheirLanguagesWithTheEnvironmentFirst() {
        String body = stranger.get("/docs/chat?language=go").body();
        assertThat(body).contains(">Python</a>", ">JavaScript</a>", ">Java</a>", ">cURL</a>");
        String java = stranger.get("/docs/chat?language=java").body();
        assertThat(java).contains("System.getenv(", "DOUBLEWORD_API_BASE", "OPENAI_BASE_URL", "&lt;your key&gt;");
        assertThat(java.indexOf("id=\"environment\"")).isLessThan(java.indexOf("System.getenv("));
    }

    @Test
    void theLanguageIsRemembered() {
        assertThat(stranger.get("/docs/chat?language=javascript")
                        .response()
                        .headers()
                        .allValues("set-cookie"))
                .anySatisfy(cookie -> assertThat(cookie).startsWith("dw-language=javascript"));
        assertThat(stranger.withCookie("dw-language=javascript")
                        .get("/docs/streaming")
                        .body())
                .contains("process</span>.env.");
    }

    @Test
    void whoIsSignedInReadsInAnAccountAndSwitches() {
        Organization acme = organization();
        Browser.Answer led = browser.get("/docs/keys?x=1");
        assertThat(led.status()).isEqualTo(303);
        assertThat(led.location()).isEqualTo("/me/docs/keys?x=1");
        assertThat(browser.get("/me/docs/keys").body())
                .contains("Account: Personal", "href=\"/o/" + acme.slug() + "/docs/keys\"");
    }

    @Test
    void fillingPutsKeyAddressAndModelIntoEverySample() {
        Browser.Answer before = browser.get("/me/docs/chat?language=python");
        assertThat(before.body()).contains("Fill API Key", "os.environ[", "Billed to Personal");

        Browser.Answer posted = browser.form("/me/docs/chat", "csrf_token", csrf(before));
        assertThat(posted.status()).isEqualTo(303);
        Browser.Answer filled = browser.get(posted.location());

        String key = key(filled.body());
        assertThat(keys.get(user.account(), key.split("_", -1)[2]).terms().name())
                .isEqualTo("sample");
        assertThat(filled.body())
                .contains("Show without key", "base_url=")
                .doesNotContain("os.environ[", "DOUBLEWORD_API_KEY", "{{");
        assertThat(browser.get("/me/docs/chat?filled=no").body()).doesNotContain(key);
        assertThat(browser.withCookie(browser.cookie() + "; dw-filled=yes")
                        .get("/me/docs/getting-started")
                        .body())
                .contains("DOUBLEWORD_API_KEY=")
                .contains(key);
    }

    @Test
    @Tag("S-02")
    void aFilledPageIsFilledForItsSessionAlone() {
        String key = key(fill(browser, "/me/docs/chat").body());
        Browser other = SignedIn.browser(server, user);
        assertThat(other.get("/me/docs/chat?filled=yes").body()).doesNotContain(key);
        assertThat(stranger.get("/docs/chat?filled=yes").body()).doesNotContain(key);
    }

    @Test
    void inAnOrganizationTheKeyIsTheOrganizations() {
        Organization acme = organization();
        String address = "/o/" + acme.slug() + "/docs/embeddings";
        assertThat(browser.get(address).body()).contains("Billed to Acme");
        String key = key(fill(browser, address).body()).split("_", -1)[2];
        assertThat(keys.get(acme.account(), key).terms().name()).isEqualTo("sample");
    }

    @Test
    void theModelIsChosenOnceAndStandsInTheSamples() {
        assertThat(browser.get("/me/docs/chat").body())
                .contains("<option selected>doubleword-demo</option>")
                .doesNotContain("<option>all-minilm-l6-v2</option>");
        assertThat(browser.get("/me/docs/embeddings").body()).contains("<option selected>all-minilm-l6-v2</option>");
        assertThat(browser.get("/me/docs/chat?model=no-such-model").body()).doesNotContain("no-such-model");
    }

    @Test
    void markdownIsThereForPrograms() throws IOException {
        Browser.Answer keysPage = stranger.get("/docs/keys.md");
        assertThat(keysPage.body()).isEqualTo(Files.readString(Path.of("../docs/keys.md")));
        assertThat(header(keysPage, "content-type")).startsWith("text/markdown");
        assertThat(stranger.with("Accept", "text/markdown").get("/docs/chat.md").status())
                .isEqualTo(200);
        String list = stranger.get("/llms.txt").body();
        String everything = stranger.get("/llms-full.txt").body();
        for (Page page : pages.all().values()) {
            assertThat(list).contains("/docs/" + page.name() + ".md): ");
            assertThat(everything).contains(page.markdown());
        }
    }

    @Test
    void searchFindsHeadingsBeforeText() {
        assertThat(Search.find(pages.all().values(), "rotate").getFirst().target())
                .isEqualTo("keys#rotate");
        assertThat(Search.find(pages.all().values(), "rate_limit_tokens")
                        .getFirst()
                        .target())
                .startsWith("errors#rate_limit_tokens");
        assertThat(stranger.get("/docs/search?q=rotate").body()).contains("href=\"/docs/keys#rotate\"");
        assertThat(stranger.get("/docs/search?q=%3Cscript%3Ealert").body())
                .contains("&lt;script&gt;alert")
                .doesNotContain("<script>alert");
    }

    @Test
    void anUnknownPageSuggestsTheNearest() {
        Browser.Answer answer = stranger.get("/docs/embedings");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("There is no such page", "href=\"/docs/embeddings\">Embeddings</a>");
        assertThat(stranger.get("/docs/../application.properties.md").status()).isEqualTo(404);
        assertThat(browser.get("/me/docs/%3Cb%3E").body()).contains("&lt;b&gt;").doesNotContain("<b>");
    }

    @Test
    void theReferenceNamesEveryRouteWithItsFields() {
        String api = stranger.get("/docs/api").body();
        assertThat(api)
                .contains("/v1/chat/completions", "/admin/api/v1/users/current/api-keys", "data[].id", "expiresAt")
                .contains("Answer a conversation, whole or as a stream of server-sent events");
    }

    @Test
    @Tag("S-14")
    void htmlInMarkdownIsTextAndScriptLinksAreNone() {
        Page page = new PageParser().parse("evil", """
                # Evil <img src=x onerror=alert(1)>

                <script>alert(1)</script>

                Text <b onclick="alert(1)">bold</b> [link](javascript:alert(1)) <https://example.com>

                <details>
                <summary>More & more</summary>

                ```python
                print("<script>")
                ```

                </details>
                """);
        Reader reader = new Reader(
                "/docs",
                "/docs/evil",
                "",
                false,
                java.util.Optional.empty(),
                Language.PYTHON,
                List.of(),
                new Samples.Values("http://localhost:8080/v1", "", ""),
                "",
                List.of());
        String html = new PageRenderer(new Samples()).html(page, reader);
        assertThat(html)
                .contains("&lt;script&gt;alert(1)", "&lt;b onclick", "<summary>More &amp; more</summary>")
                .contains("href=\"https://example.com\"")
                .doesNotContain("<script", "<b ", "javascript:", "<img");
    }

    private List<String> addresses(String base) {
        List<String> addresses = new ArrayList<>(List.of(base, base + "/search?q=key"));
        pages.all().keySet().forEach(name -> addresses.add(base + "/" + name));
        return addresses;
    }

    private static Browser.Answer fill(Browser browser, String address) {
        Browser.Answer posted = browser.form(address, "csrf_token", csrf(browser.get(address)));
        return browser.get(posted.location());
    }

    private static String csrf(Browser.Answer page) {
        Matcher token =
                Pattern.compile("name=\"csrf_token\" value=\"([^\"]+)\"").matcher(page.body());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    private static String key(String body) {
        Matcher key = KEY.matcher(body);
        assertThat(key.find()).as(body).isTrue();
        return key.group();
    }

    private Organization organization() {
        return accounts.createOrganization("org-" + UUID.randomUUID().toString().substring(0, 8), "Acme", user.id());
    }

    private static Set<String> links(String body) {
        return find(HREF, body).stream()
                .map(link -> link.replace("&amp;", "&"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> find(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String header(Browser.Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }
}
