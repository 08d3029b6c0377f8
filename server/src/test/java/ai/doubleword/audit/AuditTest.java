package ai.doubleword.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.audit.Verification.Finding;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-16")
class AuditTest {
    private final TestDatabase database = TestDatabase.create();
    private final TestClock clock = new TestClock();
    private final Audit audit = audit(new byte[32]);

    @BeforeEach
    void writeTenRows() {
        for (int i = 1; i <= 10; i++) {
            write("thing.made", "thing_" + i);
        }
    }

    @Test
    void anUntouchedLogIsWell() {
        audit.checkpoint();
        write("thing.made", "thing_11");
        Verification found = audit.verify(Optional.empty());

        assertThat(found.problems()).isEmpty();
        assertThat(found.rows()).isEqualTo(11);
        assertThat(found.checkpoints()).isEqualTo(1);
    }

    @Test
    void aChangedRowIsNamed() {
        tamper("UPDATE audit_event SET became = '{\"role\":\"member\"}' WHERE seq = 4");
        assertThat(problems()).extracting(Finding::seq).containsExactly(4L);
        assertThat(problems().getFirst().problem()).startsWith("changed");
    }

    @Test
    void everyColumnIsCovered() {
        Map<String, String> changes = Map.of(
                "at", "at + interval '1 microsecond'",
                "kind", "kind || 'x'",
                "actor", "actor + 1",
                "credential", "credential || 'x'",
                "client", "client || 'x'",
                "request", "request || 'x'",
                "account_id", "account_id + 1",
                "subject", "subject || 'x'",
                "was", "was || 'x'",
                "became", "became || 'x'");
        long seq = 0;
        for (Map.Entry<String, String> change : changes.entrySet()) {
            seq++;
            tamper("UPDATE audit_event SET " + change.getKey() + " = " + change.getValue() + " WHERE seq = " + seq);
            assertThat(problems()).as(change.getKey()).hasSize((int) seq);
        }
    }

    @Test
    void aDeletedRowIsAGap() {
        tamper("DELETE FROM audit_event WHERE seq IN (4, 5)");
        assertThat(problems()).extracting(Finding::seq).containsExactly(4L);
        assertThat(problems().getFirst().problem()).startsWith("deleted");
    }

    @Test
    void aDeletedFirstRowIsAGap() {
        tamper("DELETE FROM audit_event WHERE seq = 1");
        assertThat(problems()).extracting(Finding::seq).containsExactly(1L);
    }

    @Test
    void rowsTakenOffTheEndAreMissed() {
        tamper("DELETE FROM audit_event WHERE seq > 8");
        assertThat(problems()).extracting(Finding::seq).containsExactly(10L);
    }

    @Test
    void aLogSetBackWithItsHeadAndCheckpointsIsFoundByACheckpointThatWasKept() {
        Checkpoint kept = audit.checkpoint().orElseThrow();
        tamper("DELETE FROM audit_event WHERE seq > 8");
        tamper("DELETE FROM audit_checkpoint");
        tamper("UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit_event WHERE seq = 8)");

        assertThat(problems()).as("nothing in the database tells").isEmpty();
        Optional<Checkpoint> fromLog = Checkpoint.parse(kept.text());
        assertThat(audit.verify(fromLog).problems()).extracting(Finding::seq).containsExactly(10L);
    }

    @Test
    void aLogRewrittenWithAnotherKeyIsFoundRowByRow() {
        tamper("DELETE FROM audit_event");
        tamper("UPDATE audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')");
        byte[] other = new byte[32];
        other[0] = 1;
        Audit forger = audit(other);
        for (int i = 1; i <= 3; i++) {
            int number = i;
            database.database()
                    .engine()
                    .useTransaction(handle -> forger.record(handle, AuditEvent.of("thing.made", 0, "thing_" + number)));
        }
        assertThat(problems()).extracting(Finding::seq).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aForgedCheckpointIsRefused() {
        Checkpoint real = audit.checkpoint().orElseThrow();
        Checkpoint forged = new Checkpoint(real.seq() + 5, real.hash(), real.at(), real.signature());
        assertThat(audit.verify(Optional.of(forged)).problems())
                .extracting(Finding::problem)
                .containsExactly("a checkpoint whose signature is not ours");
    }

    @Test
    void anActionWhoseRowCannotBeWrittenDoesNotHappen() {
        tamper("CREATE TABLE thing (name text)");
        tamper("DROP FUNCTION audit_append(jsonb, bytea)");
        assertThatThrownBy(() -> database.database().engine().useTransaction(handle -> {
                    handle.execute("INSERT INTO thing VALUES ('made')");
                    audit.record(handle, AuditEvent.of("thing.made", 0, "thing_11"));
                }))
                .hasMessageContaining("audit_append");
        long things = database.database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM thing")
                        .mapTo(Long.class)
                        .one());
        assertThat(things).isZero();
    }

    @Test
    void anActionThatFailsLeavesNoRow() {
        assertThatThrownBy(() -> database.database().engine().useTransaction(handle -> {
                    audit.record(handle, AuditEvent.of("thing.made", 0, "thing_11"));
                    throw new IllegalStateException("after all not");
                }))
                .hasMessage("after all not");
        write("thing.made", "thing_12");
        assertThat(audit.before(Long.MAX_VALUE, 2))
                .extracting(AuditRow::subject)
                .containsExactly("thing_12", "thing_10");
        assertThat(problems()).isEmpty();
    }

    @Test
    void rowsWrittenAtTheSameTimeFollowEachOther() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> write("thing.changed", "thing"));
            }
        }
        assertThat(audit.verify(Optional.empty())).isEqualTo(new Verification(60, 0, List.of()));
    }

    @Test
    void theBoundLoginAddsRowsAndDoesNothingElse() {
        database.database().inAccount(1, handle -> {
            audit.record(handle, AuditEvent.of("key.created", 1, "key_1"));
            return null;
        });
        assertThat(problems()).isEmpty();
        for (String forbidden : List.of(
                "UPDATE audit_event SET kind = 'x'",
                "DELETE FROM audit_event",
                "TRUNCATE audit_event",
                "INSERT INTO audit_event SELECT * FROM audit_event",
                "UPDATE audit_head SET seq = 0",
                "DELETE FROM audit_checkpoint",
                "SELECT * FROM audit_event")) {
            assertThatThrownBy(() -> database.database().inAccount(1, handle -> handle.execute(forbidden)))
                    .as(forbidden)
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void evenTheOwnerDoesNotChangeRowsByAccident() {
        for (String forbidden : List.of("UPDATE audit_event SET kind = 'x'", "DELETE FROM audit_event")) {
            assertThatThrownBy(() -> database.database().engine().useHandle(handle -> handle.execute(forbidden)))
                    .hasMessageContaining("never changed or deleted");
        }
    }

    private List<Finding> problems() {
        return audit.verify(Optional.empty()).problems();
    }

    private void write(String kind, String subject) {
        database.database()
                .engine()
                .useTransaction(handle -> audit.record(
                        handle,
                        AuditEvent.of(kind, 7, subject)
                                .by(3)
                                .from(Map.of("a", 1))
                                .to(Map.of("a", 2))));
    }

    /// What somebody does who owns the tables.
    private void tamper(String sql) {
        database.database().engine().useTransaction((Handle handle) -> {
            handle.execute("ALTER TABLE audit_event DISABLE TRIGGER USER");
            handle.execute("ALTER TABLE audit_checkpoint DISABLE TRIGGER USER");
            handle.execute(sql);
            handle.execute("ALTER TABLE audit_event ENABLE TRIGGER USER");
            handle.execute("ALTER TABLE audit_checkpoint ENABLE TRIGGER USER");
        });
    }

    private Audit audit(byte[] key) {
        return new Audit(database.database(), MasterKey.of(key), clock, () -> Actor.PROGRAM);
    }
}
