package ai.doubleword.console;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Follows every link of the console and the documentation from where people start, as somebody who may see everything.
class EveryPageWalkIT extends Walk {
    private static final String MARKUP = "\"'><img src=x onerror=ran()><script>ran()</script>";
    private static final List<String> STARTS = List.of(
            "/me", "/o/lab", "/settings", "/organizations", "/admin/users", "/admin/models", "/design", "/me/docs",
            "/me/playground?mode=embeddings", "/me/models/doubleword-demo?api=realtime", "/me/nothing");

    /// Remembers what the page's policy refuses, and whether any markup of [#MARKUP] came to life.
    private static final String LISTENER = """
            window.heard = [];
            window.ran = () => window.heard.push('a script of a user ran');
            document.addEventListener('securitypolicyviolation', (event) =>
                window.heard.push(`refused ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
            """;

    private static final String LINKS = """
            () => [...document.querySelectorAll('a[href]:not([download])')].map((link) => link.href)
                .concat([...document.querySelectorAll('form[method=get]')].map((form) => form.action))
                .filter((url) => url.startsWith(location.origin + '/'))
                .map((url) => url.slice(location.origin.length))
            """;

    @Test
    @Tag("S-14")
    void everyLinkLeadsToAnAccessiblePageThatShowsAsTextWhatPeopleWrote() {
        writeMarkupWhereverPeopleMayWrite();
        context().addInitScript(LISTENER);
        Page page = context().newPage();
        List<String> wrong = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> checked = new HashSet<>();
        Deque<String> ahead = new ArrayDeque<>(STARTS);
        while (!ahead.isEmpty()) {
            String path = ahead.poll();
            if (path.contains("#") || isDownload(path) || !seen.add(shape(path))) {
                continue;
            }
            Response answer = Objects.requireNonNull(page.navigate(url(path)));
            if (answer.status() >= 400 && !mayRefuse(path)) {
                wrong.add(path + " answers " + answer.status());
            }
            if (!Optional.ofNullable(answer.headerValue("content-type")).orElse("").startsWith("text/html")) {
                continue;
            }
            texts(page, "() => window.heard").forEach(heard -> wrong.add(path + ": " + heard));
            if (page.locator("img[src=x]").count() > 0) {
                wrong.add(path + " shows markup of a user");
            }
            if (page.innerText("body").contains("{{") && !tellsOfColumns(path)) {
                wrong.add(path + " shows {{");
            }
            if (checked.add(path.replaceFirst("[?].*", ""))) {
                for (ColorScheme theme : themes(path)) {
                    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
                    accessibilityProblems(page).forEach(rule -> wrong.add(theme + " " + path + ": " + rule));
                }
            }
            texts(page, LINKS).stream().filter(link -> !link.contains("#")).forEach(ahead::add);
        }
        assertThat(wrong).isEmpty();
        // Fewer would mean that the walk has lost its way.
        assertThat(seen).hasSizeGreaterThan(150);
    }

    private void writeMarkupWhereverPeopleMayWrite() {
        String text = MARKUP.replace("\"", "\\\"");
        manage("organizations", """
                {"name": "%1$s", "slug": "lab", "owner": "ada@example.com", "contact": "%1$s"}""".formatted(text));
        for (String account : List.of("lab", "ada@example.com")) {
            manage("accounts/" + account + "/api-keys", """
                    {"name": "%1$s", "description": "%1$s", "labels": {"team": "%1$s"}}""".formatted(text));
        }
        manage("providers", """
                {"name": "elsewhere", "base_url": "http://127.0.0.1:9/v1"}""");
        manage("models", """
                {"name": "maker/chat:1@x", "type": "chat", "description": "%1$s", "groups": ["%1$s"],
                 "targets": [{"provider": "elsewhere", "model": "%1$s"}]}""".formatted(text));
        server().post("/v1/chat/completions", server().key(), """
                {"model": "%1$s", "messages": [{"role": "user", "content": "%1$s"}]}""".formatted(text));
        call(server().key());
        String boundary = "a-boundary";
        String name = MARKUP.replace("\"", "%22");
        HttpRequest.Builder upload = server().request("/v1/files", server().key())
                .header("content-type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofString(String.join(
                        "\r\n",
                        "--" + boundary,
                        "content-disposition: form-data; name=\"purpose\"",
                        "",
                        "batch",
                        "--" + boundary,
                        "content-disposition: form-data; name=\"file\"; filename=\"" + name + "\"",
                        "content-type: application/jsonl",
                        "",
                        """
                        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":\
                        {"model":"doubleword-demo","messages":[{"role":"user","content":"Hi"}]}}""".formatted(text),
                        "--" + boundary + "--",
                        "")));
        assertThat(ServerProcess.send(upload.build()).statusCode()).isEqualTo(201);
    }

    private void manage(String path, String json) {
        HttpResponse<String> answer = server().post("/admin/api/v1/" + path, server().operatorToken(), json);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isLessThan(300);
    }

    /// A page once for each set of filters, whatever they hold.
    private static String shape(String link) {
        URI uri = URI.create(link);
        return uri.getRawPath()
                + Optional.ofNullable(uri.getRawQuery()).stream()
                        .flatMap(query -> Arrays.stream(query.split("&")))
                        .map(parameter -> parameter.replaceFirst("=.*", ""))
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static boolean isDownload(String link) {
        return link.matches(".*(/export|/csv|/content|\\.yaml)(\\?.*)?");
    }

    /// The page whose templates users write with braces.
    private static boolean tellsOfColumns(String link) {
        return link.contains("/batches/new?from=csv");
    }

    /// Pages that ask for something to be chosen first, and the one that is not there.
    private static boolean mayRefuse(String link) {
        return link.equals("/me/nothing") || link.matches(".*/api-keys/revoke(\\?.*)?");
    }

    /// Pages of the documentation are all of one form: one theme is enough for each.
    private static List<ColorScheme> themes(String link) {
        return link.contains("/docs/")
                ? List.of(link.length() % 2 == 0 ? ColorScheme.LIGHT : ColorScheme.DARK)
                : List.of(ColorScheme.LIGHT, ColorScheme.DARK);
    }
}
