package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.Await;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.keys.Overlap;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a batch whose key ends in the middle of a chunk: it is finished, unless its owner has it cancelled.
@QuarkusTest
class EndedKeysTest extends BatchClient {
    /// So slow that not all can have ended before the end of the key is noticed, however many run at once.
    private static final int UNENDING = 5_000;

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    private Organization organization;
    private User maker;

    /// How a key ends.
    enum End {
        REVOKED,
        ROTATED,
        EXPIRED,
        DELETED,
        MAKER_DISABLED,
        MAKER_LEFT
    }

    @BeforeEach
    void makeAMembersKey() {
        User owner = user();
        maker = user();
        organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Ends keys", owner.id());
        accounts.putMember(organization.id(), maker.id(), MemberRole.ADMIN, true);
        key = keys.issue(organization.account(), maker.id(), KeyType.INFERENCE, KeyTerms.named("to be ended"), Set.of())
                .text()
                .revealText();
    }

    private User user() {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", UserRole.USER);
    }

    private String keyId() {
        return key.substring("dw_sk_".length(), "dw_sk_".length() + 12);
    }

    private void end(End how) {
        switch (how) {
            case REVOKED -> keys.revoke(organization.account(), keyId(), null, Keys.Work.FINISH, "");
            case ROTATED -> keys.rotate(organization.account(), maker.id(), keyId(), Overlap.NONE);
            case EXPIRED ->
                database.engine()
                        .useHandle(handle ->
                                handle.execute("UPDATE api_key SET expires_at = now() WHERE id = ?", keyId()));
            case DELETED -> keys.delete(organization.account(), keyId(), Keys.Work.FINISH);
            case MAKER_DISABLED -> accounts.setDisabled(maker.id(), true);
            case MAKER_LEFT -> accounts.removeMember(organization.id(), maker.id());
        }
    }

    /// A batch of which a line is done and others are not, whose key has ended and is refused.
    ///
    /// @param millis what each of the others takes
    private JsonNode batchOfAnEndedKey(End how, int lines, int millis) throws Exception {
        String slow = fixture.chat("slow-first-byte?ms=" + millis);
        StringBuilder file = new StringBuilder(chatLine("c0", fixture.chat(""), false));
        for (int i = 1; i < lines; i++) {
            file.append(chatLine("c" + i, slow, false));
        }
        JsonNode batch = create(upload(file.toString()), "24h");
        await(batch, status -> true, now -> now.at("/request_counts/completed").asInt() > 0);
        end(how);
        Await.until(() -> get("/v1/models").status() == 401);
        return batch;
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    private void awaitStatus(JsonNode batch, BatchStatus wanted) throws InterruptedException {
        String status = "SELECT status FROM batch WHERE id = " + id(batch);
        Await.until(() -> number(status) == wanted.ordinal());
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void whatItBeganIsFinished(End how) throws Exception {
        JsonNode batch = batchOfAnEndedKey(how, 60, 300);
        awaitStatus(batch, BatchStatus.COMPLETED);
        assertThat(number("SELECT ok FROM batch_progress WHERE batch = " + id(batch)))
                .isEqualTo(60);
        assertThat(number("SELECT count(*) FROM usage WHERE cause IN (0, 1) AND batch = " + id(batch)))
                .isEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource(
            value = End.class,
            names = {"DELETED"},
            mode = EnumSource.Mode.EXCLUDE)
    void itsWorkCanStillBeCancelledWhenItHasEnded(End how) throws Exception {
        JsonNode batch = batchOfAnEndedKey(how, 600, UNENDING);
        keys.revoke(organization.account(), keyId(), null, Keys.Work.CANCEL, "");
        awaitCancelled(batch);
    }

    @ParameterizedTest
    @EnumSource(
            value = End.class,
            names = {"REVOKED", "DELETED"})
    void itsWorkIsCancelledWithItWhereThatIsAsked(End how) throws Exception {
        JsonNode batch = batchOfAnEndedKey(End.MAKER_DISABLED, 600, UNENDING);
        if (how == End.DELETED) {
            keys.delete(organization.account(), keyId(), Keys.Work.CANCEL);
        } else {
            keys.revoke(organization.account(), keyId(), null, Keys.Work.CANCEL, "");
        }
        awaitCancelled(batch);
    }

    private void awaitCancelled(JsonNode batch) throws InterruptedException {
        awaitStatus(batch, BatchStatus.CANCELLED);
        long done = number("SELECT ok FROM batch_progress WHERE batch = " + id(batch));
        assertThat(done).isBetween(1L, 599L);
        assertThat(number("SELECT count(*) FROM usage WHERE cause IN (0, 1) AND batch = " + id(batch)))
                .as("what was under way ended and counts")
                .isEqualTo(done);
    }
}
