package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Signing in by a proxy in front, which is whoever connects from 127.0.0.2.
@QuarkusTest
@TestProfile(TestProxyProfile.class)
class ProxySignOnTest {
    private static final String PROXY = "127.0.0.2";
    private static final String ELSEWHERE = "127.0.0.3";

    @Inject
    Accounts accounts;

    @TestHTTPResource("/")
    URI server;

    @Test
    void whomTheProxyNamesIsOneClickAwayFromWhereTheyWanted() throws Exception {
        User user = SignedIn.user(accounts, UserRole.USER);
        assertThat(get(PROXY, "/authentication/sign_in?rd=%2Fme%2Fusage", user.email())
                        .body())
                .contains("Continue as " + user.email(), "/authentication/proxy?rd=%2Fme%2Fusage");

        HttpResponse<String> signed = get(PROXY, "/authentication/proxy?rd=%2Fme%2Fusage", user.email());

        assertThat(signed.statusCode()).isEqualTo(303);
        assertThat(signed.headers().firstValue("Location")).hasValue("/me/usage");
        String cookie = signed.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        assertThat(new SignedInUsers(accounts, server)
                        .browser()
                        .withCookie(cookie)
                        .get("/admin/api/v1/users/current")
                        .json()
                        .path("email")
                        .asText())
                .isEqualTo(user.email());
    }

    @Test
    @Tag("S-06")
    void theHeaderOfAnybodyElseSignsNobodyIn() throws Exception {
        User user = SignedIn.user(accounts, UserRole.ADMINISTRATOR);
        assertThat(get(ELSEWHERE, "/authentication/sign_in", user.email()).body())
                .doesNotContain("Continue as");
        HttpResponse<String> refused = get(ELSEWHERE, "/authentication/proxy", user.email());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    @Tag("S-06")
    void twoAddressesNobodysAddressAndADisabledUserAreRefused() throws Exception {
        User user = SignedIn.user(accounts, UserRole.USER);
        assertThat(get(PROXY, "/authentication/proxy", user.email(), "other@example.com")
                        .statusCode())
                .isEqualTo(401);
        assertThat(get(PROXY, "/authentication/proxy", "nobody@example.com").statusCode())
                .isEqualTo(401);
        assertThat(get(PROXY, "/authentication/proxy").statusCode()).isEqualTo(401);
        accounts.setDisabled(user.id(), true);
        assertThat(get(PROXY, "/authentication/proxy", user.email()).statusCode())
                .isEqualTo(401);
    }

    private HttpResponse<String> get(String from, String path, String... emails)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + path));
        for (String email : emails) {
            request.header("X-Forwarded-Email", email);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral(from))
                .build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
