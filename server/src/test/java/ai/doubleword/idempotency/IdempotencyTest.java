package ai.doubleword.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.SecretBox;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Claims between nodes: each [Idempotency] here is a node of its own. Time is the database's; a test moves the claim's
/// instead of waiting.
@QuarkusTest
class IdempotencyTest {
    private static final byte[] REQUEST = "POST /x".getBytes(StandardCharsets.UTF_8);
    private static final Idempotency.Answer ANSWER =
            new Idempotency.Answer(201, "application/json", "{\"n\":1}".getBytes(StandardCharsets.UTF_8));

    @Inject
    IdempotencyStore store;

    @Inject
    SecretBox box;

    @Inject
    Ids ids;

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    private final String key = UUID.randomUUID().toString();
    private User user;

    @BeforeEach
    void addUser() {
        String name = "u-" + UUID.randomUUID();
        user = accounts.createUser(name, name + "@example.com", UserRole.USER);
    }

    @Test
    void claimOfADeadNodeIsFreedAfterAMinuteAndItsLateEndChangesNothing() {
        Idempotency.Claim dead = claimed(begin(node(), REQUEST));
        Idempotency alive = node();
        age(59);
        assertThat(refusal(begin(alive, REQUEST))).isEqualTo(ErrorCode.NO_CAPACITY);

        age(2);
        Idempotency.Claim taken = claimed(begin(alive, REQUEST));
        dead.keep(new Idempotency.Answer(500, "text/plain", new byte[0]), Idempotency.KEPT);
        dead.release();
        assertThat(refusal(begin(node(), REQUEST))).isEqualTo(ErrorCode.NO_CAPACITY);

        taken.keep(ANSWER, Idempotency.KEPT);
        assertThat(replayed(begin(node(), REQUEST))).isEqualTo("{\"n\":1}");
    }

    @Test
    void claimOfALivingNodeIsRenewedHoweverLongItsWorkTakes() {
        Idempotency working = node();
        Idempotency.Claim claim = claimed(begin(working, REQUEST));
        for (int minute = 0; minute < 10; minute++) {
            age(50);
            working.renew();
        }
        assertThat(refusal(begin(node(), REQUEST))).isEqualTo(ErrorCode.NO_CAPACITY);
        claim.release();
        assertThat(begin(node(), REQUEST)).isInstanceOf(Idempotency.Outcome.Claimed.class);
    }

    @Test
    void takenOverClaimStillRefusesADifferentRequest() {
        claimed(begin(node(), REQUEST));
        age(120);
        assertThat(refusal(begin(node(), "POST /y".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void answerIsForgottenWhenItsTimeIsOver() {
        claimed(begin(node(), REQUEST)).keep(ANSWER, Idempotency.KEPT_SECRET);
        age(599);
        assertThat(replayed(begin(node(), REQUEST))).isEqualTo("{\"n\":1}");
        age(2);
        assertThat(begin(node(), REQUEST)).isInstanceOf(Idempotency.Outcome.Claimed.class);
    }

    private Idempotency node() {
        return new Idempotency(store, box, ids);
    }

    private Idempotency.Outcome begin(Idempotency node, byte[] request) {
        return node.begin(user.id(), user.account(), key, request, Duration.ZERO);
    }

    /// Lets time pass for the claims of this test's user.
    private void age(int seconds) {
        database.engine()
                .useHandle(handle -> handle.createUpdate("""
                        UPDATE idempotency
                           SET claimed_until = claimed_until - make_interval(secs => :seconds),
                               expires_at = expires_at - make_interval(secs => :seconds)
                         WHERE family = :family
                        """)
                        .bind("seconds", seconds)
                        .bind("family", user.id())
                        .execute());
    }

    private static Idempotency.Claim claimed(Idempotency.Outcome outcome) {
        return ((Idempotency.Outcome.Claimed) outcome).claim();
    }

    private static ErrorCode refusal(Idempotency.Outcome outcome) {
        return ((Idempotency.Outcome.Refused) outcome).problem().code();
    }

    private static String replayed(Idempotency.Outcome outcome) {
        return new String(((Idempotency.Outcome.Replayed) outcome).answer().body(), StandardCharsets.UTF_8);
    }
}
