package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-07")
class EgressTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile InetAddress[] answer = {LOOPBACK};
    private final Egress egress = egress(List.of());
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    switch (String.valueOf(request.path())) {
                        case "/redirect" ->
                            request.response()
                                    .setStatusCode(302)
                                    .putHeader("location", "http://169.254.169.254/latest/meta-data")
                                    .end();
                        case "/large" -> request.response().end(Buffer.buffer(new byte[2_000]));
                        case "/silent" -> {}
                        default -> request.response().end(request.getHeader("host"));
                    }
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    private Egress egress(List<AddressRange> userRanges) {
        return new Egress(
                vertx,
                host -> {
                    if (host.equals("unknown.test")) {
                        throw new UnknownHostException(host);
                    }
                    return answer;
                },
                userRanges);
    }

    @AfterEach
    void stop() throws Exception {
        egress.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void theConnectionGoesToTheCheckedAddressWithTheNameInHost() throws Exception {
        assertThat(get("http://models.test:" + server.actualPort() + "/", AddressRule.ADMINISTRATOR)
                        .body()
                        .toString())
                .isEqualTo("models.test:" + server.actualPort());
    }

    @Test
    void aNameThatLeadsToMetadataIsRefusedWithoutAConnection() {
        answer = new InetAddress[] {InetAddress.ofLiteral("169.254.169.254")};
        assertThatThrownBy(() -> get("http://models.test:" + server.actualPort() + "/", AddressRule.ADMINISTRATOR))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must not reach");
        assertThat(requests).hasValue(0);
    }

    @Test
    void oneBadAddressAmongGoodOnesRefusesTheName() {
        answer = new InetAddress[] {LOOPBACK, InetAddress.ofLiteral("fe80::1")};
        assertThatThrownBy(() -> get("http://models.test:" + server.actualPort() + "/", AddressRule.ADMINISTRATOR))
                .hasMessageContaining("must not reach");
    }

    @Test
    void whatAUserNamesMayNotBeLoopback() {
        assertThatThrownBy(() -> get("http://hook.test:" + server.actualPort() + "/", AddressRule.USER))
                .hasMessageContaining("must not reach");
        assertThat(requests).hasValue(0);
    }

    @Test
    void whatAUserNamesReachesOnlyTheRangesThatTheOperatorLists() throws Exception {
        Egress opened = egress(List.of(AddressRange.parse("127.0.0.0/8"), AddressRange.parse("169.254.0.0/16")));
        try {
            assertThat(opened.allows(LOOPBACK, AddressRule.USER)).isTrue();
            assertThat(opened.allows(InetAddress.ofLiteral("10.0.0.1"), AddressRule.USER))
                    .isFalse();
            assertThat(opened.allows(InetAddress.ofLiteral("8.8.8.8"), AddressRule.USER))
                    .isTrue();
            assertThat(opened.allows(InetAddress.ofLiteral("169.254.169.254"), AddressRule.USER))
                    .as("metadata stays closed, listed or not")
                    .isFalse();
        } finally {
            opened.close();
        }
    }

    @Test
    void theBeginningOfALongAnswerWillDoWhereOnlyThatIsAskedFor() throws Exception {
        Egress.Response begun = egress.fetchBeginning(
                HttpMethod.GET,
                URI.create("http://models.test:" + server.actualPort() + "/large"),
                AddressRule.ADMINISTRATOR,
                Map.of(),
                Buffer.buffer(),
                Duration.ofSeconds(30),
                1_000);
        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.body().length()).isEqualTo(1_000);
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        assertThat(get("http://models.test:" + server.actualPort() + "/redirect", AddressRule.ADMINISTRATOR)
                        .status())
                .isEqualTo(302);
        assertThat(requests).hasValue(1);
    }

    @Test
    void anAnswerIsBoundedInSizeAndTime() {
        assertThatThrownBy(() -> get("http://models.test:" + server.actualPort() + "/large", AddressRule.ADMINISTRATOR))
                .hasMessageContaining("larger than 1000 bytes");
        assertThatThrownBy(() -> egress.fetch(
                        HttpMethod.GET,
                        URI.create("http://models.test:" + server.actualPort() + "/silent"),
                        AddressRule.ADMINISTRATOR,
                        Map.of(),
                        Buffer.buffer(),
                        Duration.ofMillis(200),
                        1_000))
                .hasMessageContaining("200 ms");
    }

    @Test
    void anUnknownHostSaysSo() {
        assertThatThrownBy(() -> get("http://unknown.test/", AddressRule.ADMINISTRATOR))
                .hasMessageContaining("'unknown.test' is unknown");
    }

    @Test
    void onlyPlainWebUrlsAreDestinations() {
        for (String url :
                new String[] {"ftp://host/", "file:///etc/passwd", "http://user:password@host/", "http:///x"}) {
            assertThatThrownBy(() -> egress.destination(URI.create(url), AddressRule.ADMINISTRATOR))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("password");
        }
    }

    private Egress.Response get(String url, AddressRule rule) throws Exception {
        return egress.fetch(
                HttpMethod.GET, URI.create(url), rule, Map.of(), Buffer.buffer(), Duration.ofSeconds(5), 1_000);
    }
}
