package ai.doubleword.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The console as most installations serve it: behind Debian's nginx, over https.
class BehindNginxWalkIT extends Walk {
    private final int port = ServerProcess.freePort();
    private @Nullable Process nginx;

    @Override
    protected ServerProcess.Plan plan(Path home) {
        ServerProcess.Plan plan = ServerProcess.in(home)
                .withEnvironment("DOUBLEWORD_SERVER_PUBLIC_URL", "https://localhost:" + port)
                .withEnvironment("DOUBLEWORD_SERVER_TRUSTED_PROXIES", "127.0.0.1");
        nginx = startNginx(home.resolveSibling("nginx"), plan.port());
        return plan;
    }

    @Override
    protected String origin() {
        return "https://localhost:" + port;
    }

    @Override
    protected Browser.NewContextOptions options() {
        return super.options().setIgnoreHTTPSErrors(true);
    }

    @AfterAll
    void stopNginx() {
        if (nginx != null) {
            nginx.destroy();
        }
    }

    @Test
    @Tag("S-14")
    void theSessionIsBoundToTheHostAndPagesAndPlaygroundStayLive() {
        Cookie session = context().cookies().stream()
                .filter(cookie -> cookie.name.startsWith("__Host-"))
                .findFirst()
                .orElseThrow();
        assertThat(session.secure).isTrue();
        assertThat(session.httpOnly).isTrue();
        assertThat(session.path).isEqualTo("/");
        // A leading dot would let other hosts of the domain have it.
        assertThat(session.domain).isEqualTo("localhost");

        Page requests = page("/me/requests?live=on");
        Page page = page("/me/playground");
        page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true)).fill("Tell me a story.");
        page.keyboard().press("Control+Enter");
        assertThat(page.locator(".said:not(.mine) .figures")).containsText("ms to first token");
        requests.bringToFront();
        assertThat(requests.locator("table")).containsText("doubleword-demo");

        page.navigate(url("/me"));
        page.getByLabel("Signed in as").click();
        button(page, "Sign out").click();
        page.waitForURL("**/authentication/sign_in**");
        requests.reload();
        assertThat(requests.url()).contains("/authentication/sign_in");

        try (BrowserContext again = stranger()) {
            Page deep = page(again, "/me/usage?range=24h");
            deep.getByLabel("Email address").fill("ada@example.com");
            deep.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
            button(deep, "Sign in").click();
            deep.waitForURL("**/me/usage?range=24h");
        }
    }

    private Process startNginx(Path folder, int upstream) {
        try {
            Files.createDirectories(folder);
            run(
                    Map.of(), "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", folder.resolve("server.key").toString(), "-out",
                    folder.resolve("server.pem").toString());
            Path configuration = Files.writeString(folder.resolve("nginx.conf"), configuration(folder, upstream));
            String program = Stream.of("/usr/sbin/nginx", "/usr/bin/nginx")
                    .filter(path -> Files.isExecutable(Path.of(path)))
                    .findFirst()
                    .orElse("nginx");
            return new ProcessBuilder(program, "-p", folder.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("nginx.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String configuration(Path folder, int upstream) {
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        return """
                daemon off;
                worker_processes 1;
                error_log stderr warn;
                pid %1$s/nginx.pid;
                %2$s
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server {
                    listen 127.0.0.1:%3$d ssl;
                    ssl_certificate %1$s/server.pem;
                    ssl_certificate_key %1$s/server.key;
                    location / {
                      proxy_pass http://127.0.0.1:%4$d;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_set_header Host $http_host;
                      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                      proxy_set_header X-Forwarded-Proto $scheme;
                    }
                  }
                }
                """.formatted(folder, user, port, upstream);
    }
}
