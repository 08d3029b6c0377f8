package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.keys.DeviceLogins.Answer;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceLoginsTest {
    private final TestDatabase database = TestDatabase.create();
    private final TestClock clock = new TestClock();
    private final SecureRandom random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    private final DeviceLogins devices =
            new DeviceLogins(database.database(), ids, random, clock, (transaction, event) -> {});
    private final User user = new TestAccounts(database.database(), ids, List.of()).user();
    private final DeviceLogins.Begun begun = devices.begin("build box", "192.0.2.7");
    private final String code = UserCode.read(begun.userCode()).orElseThrow();

    @Test
    void aProgramThatDoesNotWaitIsToldToSlowDownMoreEachTime() {
        assertThat(ask()).isInstanceOf(Answer.Pending.class);
        clock.advance(Duration.ofSeconds(4));
        assertThat(ask()).isInstanceOf(Answer.TooFast.class);
        clock.advance(Duration.ofSeconds(9));
        assertThat(ask()).as("ten seconds now").isInstanceOf(Answer.TooFast.class);
        clock.advance(Duration.ofSeconds(15));
        assertThat(ask()).as("fifteen now").isInstanceOf(Answer.Pending.class);
    }

    @Test
    void afterTenMinutesNeitherUserNorProgramGetsAnywhere() {
        clock.advance(DeviceLogins.LIFETIME);

        assertThat(devices.waiting(code)).isEmpty();
        assertThatThrownBy(() -> devices.decide(code, user.id(), user.account()))
                .isInstanceOf(ProblemException.class);
        assertThat(ask()).isInstanceOf(Answer.Expired.class);

        clock.advance(Duration.ofHours(2));
        devices.begin("another", "192.0.2.7");
        assertThat(ask()).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void aYesIsHandedOutOnceAndANoStays() {
        devices.decide(code, user.id(), user.account());
        assertThat(ask()).isInstanceOfSatisfying(Answer.Approved.class, approved -> {
            assertThat(approved.login().user()).isEqualTo(user.id());
            assertThat(approved.login().account()).isEqualTo(user.account());
        });
        assertThat(ask()).isInstanceOf(Answer.Unknown.class);

        DeviceLogins.Begun other = devices.begin("laptop", "192.0.2.7");
        devices.decide(UserCode.read(other.userCode()).orElseThrow(), user.id(), null);
        for (int i = 0; i < 2; i++) {
            assertThat(devices.ask(other.deviceCode().revealText())).isInstanceOf(Answer.Denied.class);
        }
    }

    @Test
    void theFirstAnswerHolds() {
        devices.decide(code, user.id(), null);
        assertThatThrownBy(() -> devices.decide(code, user.id(), user.account()))
                .isInstanceOf(ProblemException.class);
        assertThat(ask()).isInstanceOf(Answer.Denied.class);
    }

    private Answer ask() {
        return devices.ask(begun.deviceCode().revealText());
    }
}
