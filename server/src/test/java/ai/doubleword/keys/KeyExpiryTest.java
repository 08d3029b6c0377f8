package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.mail.TestMails;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyExpiryTest {
    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.database();
    private final TestClock clock = new TestClock();
    private final Ids ids = new Ids(clock, new SplittableRandom(1));
    private final TestMails mails = new TestMails(database, ids, clock);
    private final List<AccountEvent> events = new ArrayList<>();
    private final KeyExpiry expiry =
            new KeyExpiry(database, (handle, event) -> events.add(event), mails.outbox(), clock);
    private final Keys keys = new Keys(
            database,
            new Peppers(purpose -> purpose.getBytes(StandardCharsets.UTF_8)),
            ids,
            new SecureRandom(),
            clock,
            (transaction, event) -> {});
    private final User user = new TestAccounts(database, ids, List.of()).user();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void warningsComeFourteenThreeAndOneDaysBeforeOnceEach() {
        String id = key(Duration.ofDays(30));
        for (int hour = 0; hour < 24 * 31; hour++) {
            expiry.warn();
            clock.advance(Duration.ofHours(1));
        }
        assertThat(events).extracting(event -> event.data().get("days")).containsExactly(14, 3, 1);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.data()).containsEntry("id", "key_" + id);
            assertThat(event.account()).isEqualTo(user.account());
            assertThat(event.member()).isEqualTo(user.id());
        });
        assertThat(mails.arrived())
                .hasSize(3)
                .allSatisfy(mail -> assertThat(mail.recipient()).isEqualTo(user.email()));
    }

    @Test
    void aKeyOfAWeekIsNotWarnedOfWhenItIsMade() {
        key(Duration.ofDays(7));
        expiry.warn();
        assertThat(events).isEmpty();
        clock.advance(Duration.ofDays(4));
        expiry.warn();
        assertThat(events).extracting(event -> event.data().get("days")).containsExactly(3);
    }

    @Test
    void anEndThatIsPutOffIsWarnedOfAgain() {
        String id = key(Duration.ofDays(30));
        clock.advance(Duration.ofDays(20));
        expiry.warn();
        Instant later = clock.instant().plus(Duration.ofDays(40));
        keys.change(user.account(), id, terms -> terms.withExpiry(later), Set.of());
        expiry.warn();
        assertThat(events).hasSize(1);
        clock.advance(Duration.ofDays(30));
        expiry.warn();
        assertThat(events).hasSize(2);
    }

    @Test
    void aKeyThatEndedEarlierIsNotWarnedOf() {
        keys.revoke(user.account(), key(Duration.ofDays(30)), null, "");
        clock.advance(Duration.ofDays(20));
        expiry.warn();
        assertThat(events).isEmpty();
    }

    private String key(Duration lifetime) {
        return keys.issue(
                        user.account(),
                        user.id(),
                        KeyType.INFERENCE,
                        KeyTerms.named("nightly").withExpiry(clock.instant().plus(lifetime)),
                        Set.of())
                .key()
                .id();
    }
}
