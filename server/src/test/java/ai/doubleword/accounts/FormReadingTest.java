package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Programs name types of bodies that they do not send.
@QuarkusTest
class FormReadingTest extends SignedInTest {
    private static final List<String> TYPES = List.of(
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "nonsense",
            "application/json");

    @Test
    void aPageIsReadWhateverTypeTheRequestNames() {
        for (String type : TYPES) {
            Browser stranger = SignedIn.stranger(server).with("Content-Type", type);
            assertThat(browser.with("Content-Type", type).get("/settings").status())
                    .as(type)
                    .isEqualTo(200);
            assertThat(stranger.get("/authentication/sign_in").status())
                    .as(type)
                    .isEqualTo(200);
            assertThat(stranger.get("/docs").status()).as(type).isEqualTo(200);
        }
    }

    @Test
    @Tag("S-14")
    void aFormOfAnotherTypeIsRefusedAndNoError() {
        for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=x")) {
            int status = browser.without(CrossSite.HEADER)
                    .send("/settings/address", type, "--x--\r\n")
                    .status();
            assertThat(status).as(type).isBetween(400, 499);
        }
    }
}
