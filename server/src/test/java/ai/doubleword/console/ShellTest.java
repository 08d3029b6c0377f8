package ai.doubleword.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The frame around every page: who gets in, what stands in it, what headers it carries.
@QuarkusTest
class ShellTest {
    private static final List<String> PAGES = List.of(
            "/me",
            "/me/api-keys",
            "/me/models",
            "/me/playground",
            "/me/playground?mode=embeddings",
            "/me/requests",
            "/me/usage",
            "/organizations",
            "/settings");

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    @Test
    @Tag("S-14")
    void everyPageForbidsForeignAndInlineScriptsAndFraming() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        for (String page : PAGES) {
            Browser.Answer answer = browser.get(page);
            assertThat(answer.status()).as(page).isEqualTo(200);
            assertThat(header(answer, "content-security-policy"))
                    .as(page)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(answer, "referrer-policy")).isEqualTo("same-origin");
            assertThat(header(answer, "cache-control")).isEqualTo("no-store");
            assertThat(answer.body())
                    .as(page)
                    .doesNotContainPattern("<script(?![^>]* src=)")
                    .doesNotContainPattern("<[^>]* style=")
                    .doesNotContainPattern("<[^>]* on[a-z]+=")
                    .doesNotContain("<style", "{{");
        }
    }

    @Test
    void titlesDifferAndNameTheConsole() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        Pattern title = Pattern.compile("<title>(.*) · Doubleword Console</title>");
        assertThat(PAGES.stream().map(page -> {
                    Matcher matcher = title.matcher(browser.get(page).body());
                    return matcher.find() ? matcher.group(1) : page + " has no title";
                }))
                .containsExactly(
                        "Home",
                        "API Keys",
                        "Models",
                        "Playground",
                        "Embeddings Playground",
                        "Requests",
                        "Usage",
                        "Organizations",
                        "Settings");
    }

    @Test
    void whoIsNotSignedInComesBackToTheSamePageAfterwards() {
        for (String page : List.of("/me/api-keys?q=ci&sort=name", "/api-keys", "/models", "/usage")) {
            Browser.Answer answer = SignedIn.stranger(server).get(page);
            assertThat(answer.status()).as(page).isEqualTo(303);
            assertThat(answer.location())
                    .isEqualTo("/authentication/sign_in?rd="
                            + java.net.URLEncoder.encode(page, java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Test
    void theSwitcherListsTheOwnAccountAndEveryOrganizationAndKeepsThePage() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Organization acme = organization("Acme <Research>", user);
        Browser browser = SignedIn.browser(server, user);

        String personal = browser.get("/me/api-keys").body();
        assertThat(personal)
                .contains("Account: Personal", "href=\"/o/" + acme.slug() + "/api-keys\"")
                .contains("Acme &lt;Research&gt;")
                .doesNotContain("Acme <Research>");
        String inside = browser.get("/o/" + acme.slug() + "/api-keys").body();
        assertThat(inside).contains("Account: Acme &lt;Research&gt;").contains("href=\"/me/api-keys\"");
    }

    @Test
    @Tag("S-09")
    void pagesOfAnOrganizationThatIsNothingToOneDoNotExist() {
        User owner = SignedIn.user(accounts, UserRole.USER);
        Organization acme = organization("Acme", owner);
        Browser stranger = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        for (String page : PAGES.stream().filter(one -> one.startsWith("/me")).toList()) {
            Browser.Answer answer = stranger.get(page.replace("/me", "/o/" + acme.slug()));
            assertThat(answer.status()).as(page).isEqualTo(404);
            assertThat(answer.body()).contains("Nothing is here");
        }
    }

    @Test
    void aMissingRightIsNamed() {
        User owner = SignedIn.user(accounts, UserRole.USER);
        User member = SignedIn.user(accounts, UserRole.USER);
        Organization acme = organization("Acme", owner);
        accounts.putMember(acme.id(), member.id(), MemberRole.MEMBER, false);

        Browser.Answer answer = SignedIn.browser(server, member).get("/o/" + acme.slug() + "/invites");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("You may not do this", "&#39;members&#39;");
    }

    @Test
    void errorsArePagesForPeopleAndJsonForPrograms() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        Browser.Answer page = browser.get("/me/nothing-of-the-kind");
        assertThat(page.status()).isEqualTo(404);
        assertThat(header(page, "content-type")).startsWith("text/html");
        assertThat(header(page, "content-security-policy")).contains("default-src 'none'");
        assertThat(page.body()).contains("Nothing is here", header(page, "x-request-id"));

        Browser.Answer api = browser.get("/admin/api/v1/nothing-of-the-kind");
        assertThat(header(api, "content-type")).startsWith("application/json");
    }

    @Test
    void whatTheConsolesScriptImportsIsServed() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        Matcher script = Pattern.compile("src=\"(/assets/[^/]+/)(console\\.js)\"")
                .matcher(browser.get("/me").body());
        assertThat(script.find()).isTrue();
        String imports = browser.get(script.group(1) + script.group(2)).body();
        List<String> parts = Pattern.compile("import '\\./([a-z]+\\.js)'")
                .matcher(imports)
                .results()
                .map(part -> part.group(1))
                .toList();
        assertThat(parts)
                .contains("rendered.js", "live.js")
                .allSatisfy(part ->
                        assertThat(browser.get(script.group(1) + part).status()).isEqualTo(200));
    }

    @Test
    void theDesignPageIsForAdministrators() {
        assertThat(SignedIn.browser(server, SignedIn.user(accounts, UserRole.ADMINISTRATOR))
                        .get("/design")
                        .status())
                .isEqualTo(200);
        assertThat(SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER))
                        .get("/design")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void pagesWithARouteOfTheApiShowTheCallInTheAccountOfThePage() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Organization acme = organization("Acme", user);
        Browser browser = SignedIn.browser(server, user);
        assertThat(browser.get("/o/" + acme.slug() + "/requests?model=a%27b&status=5xx")
                        .body())
                .contains("/admin/api/v1/requests?timestamp_after=", "&amp;model=a%27b", "&amp;status_code=5")
                .contains("X-Organization-Id: " + acme.slug(), "$DOUBLEWORD_PLATFORM_KEY");
        assertThat(browser.get("/me/usage?by=key").body())
                .contains("/admin/api/v1/usage?group_by=key&amp;start_date=")
                .doesNotContain("X-Organization-Id");
    }

    @Test
    void addressesWithoutAnAccountLeadToTheLastOne() {
        User user = SignedIn.user(accounts, UserRole.USER);
        Organization acme = organization("Acme", user);
        Browser browser = SignedIn.browser(server, user);
        assertThat(browser.get("/api-keys").location()).isEqualTo("/me/api-keys");

        Browser.Answer visited = browser.get("/o/" + acme.slug() + "/api-keys");
        String remembered = visited.response().headers().allValues("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("dw-place="))
                .findFirst()
                .orElseThrow();
        assertThat(browser.withCookie(browser.cookie() + "; " + remembered.split(";", 2)[0])
                        .get("/api-keys")
                        .location())
                .isEqualTo("/o/" + acme.slug() + "/api-keys");
    }

    @Test
    void assetsMayBeKeptForEverUnderTheirHash() throws Exception {
        String page = SignedIn.stranger(server).get("/authentication/sign_in").body();
        Matcher sheet =
                Pattern.compile("href=\"(/assets/[0-9a-f]{12}/console\\.css)\"").matcher(page);
        assertThat(sheet.find()).isTrue();

        HttpResponse<byte[]> plain = fetch(sheet.group(1), "identity");
        HttpResponse<byte[]> packed = fetch(sheet.group(1), "gzip");

        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
        assertThat(packed.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length / 2);
        assertThat(fetch(sheet.group(1).replaceFirst("/[0-9a-f]{12}/", "/000000000000/"), "gzip")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void pagesAreCompressedForWhoTakesIt() throws Exception {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        for (String page : List.of("/me", "/me/api-keys", "/me/docs/api", "/me/docs/chat")) {
            HttpResponse<byte[]> plain = fetch(page, "identity", browser.cookie());
            HttpResponse<byte[]> packed = fetch(page, "gzip, br", browser.cookie());
            assertThat(packed.statusCode()).as(page).isEqualTo(200);
            assertThat(packed.headers().firstValue("content-encoding")).as(page).contains("gzip");
            assertThat(packed.headers().allValues("vary"))
                    .as(page)
                    .anyMatch(value -> value.equalsIgnoreCase("accept-encoding"));
            assertThat(plain.headers().firstValue("content-encoding")).as(page).isEmpty();
            assertThat(packed.body().length)
                    .as(page)
                    .isLessThan(plain.body().length / 2)
                    .isLessThan(150_000);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes().length)
                    .as(page)
                    .isCloseTo(plain.body().length, within(200));
        }
    }

    @Test
    @Tag("S-14")
    void theTokenOfFormsLooksDifferentInEachAnswerAndEachOfThemCounts() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        String first = token(browser.get("/me").body());
        String second = token(browser.get("/me").body());

        assertThat(first).isNotEqualTo(second);
        for (String token : List.of(first, second)) {
            Browser.Answer made = browser.with("X-CSRF-Token", token).form("/me/api-keys", "name", "made");
            assertThat(made.status()).isEqualTo(201);
        }
        for (String wrong : List.of(first.substring(1), "A".repeat(first.length()), first + second, "", "%")) {
            Browser.Answer refused = browser.with("X-CSRF-Token", wrong).form("/me/api-keys", "name", "planted");
            assertThat(refused.status()).as(wrong).isEqualTo(403);
        }
    }

    @Test
    @Tag("S-14")
    void aPageThatHoldsAKeyIsNotCompressed() throws Exception {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        browser.form("/me/models/doubleword-demo", "language", "python");
        String card = "/me/models/doubleword-demo?api=realtime";

        assertThat(fetch(card, "gzip", browser.cookie()).headers().firstValue("content-encoding"))
                .contains("gzip");
        HttpResponse<byte[]> filled = fetch(card + "&filled=yes", "gzip", browser.cookie());
        assertThat(new String(filled.body(), StandardCharsets.UTF_8)).contains("dw_sk_");
        assertThat(filled.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    @Tag("S-03")
    void aWholeKeyInASearchBoxIsCutDownToItsPublicPart() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        Matcher made = Pattern.compile("(dw_sk_[0-9A-Za-z]{12})_([0-9A-Za-z]{38})")
                .matcher(browser.form("/me/api-keys", "name", "pasted").body());
        assertThat(made.find()).isTrue();
        for (String page : List.of("/me/docs/search?q=", "/me/api-keys?q=", "/me/requests?key=")) {
            assertThat(browser.get(page + made.group()).body())
                    .as(page)
                    .contains(made.group(1))
                    .doesNotContain(made.group(2));
        }
        assertThat(browser.get("/me/api-keys?q=" + made.group()).body()).contains(">pasted<");
    }

    @Test
    void errorsLeadToTheirPageOfTheDocumentation() {
        Browser browser = SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER));
        Browser.Answer page = browser.get("/me/nothing-of-the-kind");
        assertThat(page.body()).contains("href=\"/docs/errors#not_found\"");
        assertThat(header(page, "link")).isEqualTo("</docs/errors#not_found>; rel=\"help\"");
        Browser.Answer refused = SignedIn.stranger(server).with("Accept", "*/*").get("/v1/models");
        assertThat(header(refused, "link")).isEqualTo("</docs/errors#missing_api_key>; rel=\"help\"");
        assertThat(refused.json().at("/error/code").asText()).isEqualTo("missing_api_key");
    }

    private static String token(String page) {
        Matcher token =
                Pattern.compile("name=\"csrf_token\" value=\"([^\"]+)\"").matcher(page);
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    private HttpResponse<byte[]> fetch(String path, String encoding) throws Exception {
        return fetch(path, encoding, "");
    }

    private HttpResponse<byte[]> fetch(String path, String encoding, String cookie) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.resolve(path))
                                .header("accept-encoding", encoding)
                                .header("cookie", cookie)
                                .build(),
                        BodyHandlers.ofByteArray());
    }

    private Organization organization(String name, User owner) {
        return accounts.createOrganization("org-" + UUID.randomUUID().toString().substring(0, 8), name, owner.id());
    }

    private static String header(Browser.Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }
}
