package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.ProblemException;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-07")
@Tag("S-13")
class WebhookTargetTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Egress EGRESS = Egress.on(VERTX);

    private final WebhookTarget target = new WebhookTarget(EGRESS);

    @AfterAll
    static void close() {
        VERTX.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/hooks",
                "https://example.com:8443/hooks?tenant=1",
                "https://93.184.216.34/",
                "https://[2606:4700::1111]/x"
            })
    void publicTargetsByHttpsAreTaken(String url) {
        assertThat(target.check(url)).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks",
                "http://example.com/hooks",
                "ftp://example.com/",
                "https://user:pw@example.com/",
                "https://example.com/#part",
                "https:///path",
                "https://exa mple.com/",
                "https://localhost/hooks",
                "https://127.0.0.1:8080/",
                "https://10.1.2.3/",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://0.0.0.0/",
                "https://999.1.1.1/"
            })
    void everythingElseIsRefusedWithAReason(String url) {
        assertThatThrownBy(() -> target.check(url))
                .isInstanceOf(ProblemException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).isNotBlank());
    }

    @Test
    void aNameThatLeadsInsideIsRefusedWhenItIsSentToAndTheLogDoesNotSayWhere() throws Exception {
        Receiver.Answer answer =
                new EgressReceiver(EGRESS, WebhookFixture.config()).send("https://localhost:1/hooks", Map.of(), "{}");
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Receiver.Answer.None.class,
                        none -> assertThat(none.problem())
                                .contains("not public")
                                .doesNotContain("127.0.0.1"));
    }
}
