package ai.doubleword.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Walks the log from its first row to its last. A changed row has another hash than it says; a deleted one is a
/// gap; rows taken off the end are missed by the head, or, where that was set back too, by a checkpoint. After a
/// problem the walk goes on from what the row says, so that each is named once.
final class Verifier {
    private static final int BATCH = 1_000;
    private static final int MOST_FINDINGS = 100;

    private final Handle handle;
    private final Chain chain;
    private final CheckpointKey signer;
    private final List<Verification.Finding> findings = new ArrayList<>();

    Verifier(Handle handle, Chain chain, CheckpointKey signer) {
        this.handle = handle;
        this.chain = chain;
        this.signer = signer;
    }

    Verification run(Optional<Checkpoint> kept) {
        // Read before the rows: what is added meanwhile lies behind it.
        AuditStore.Head head = AuditStore.head(handle);
        Map<Long, Hash> expected = new HashMap<>();
        List<Checkpoint> checkpoints = new ArrayList<>(AuditStore.checkpoints(handle));
        kept.ifPresent(checkpoints::add);
        for (Checkpoint checkpoint : checkpoints) {
            if (signer.signed(checkpoint)) {
                expected.put(checkpoint.seq(), checkpoint.hash());
            } else {
                find(checkpoint.seq(), "a checkpoint whose signature is not ours");
            }
        }
        long rows = walk(head, expected);
        expected.forEach((seq, hash) -> find(seq, "a signed checkpoint knows this row, but it is gone"));
        return new Verification(rows, checkpoints.size(), List.copyOf(findings));
    }

    private long walk(AuditStore.Head head, Map<Long, Hash> expected) {
        long rows = 0;
        long last = 0;
        Hash hash = Hash.NONE;
        boolean headSeen = head.seq() == 0;
        for (List<AuditRow> batch = AuditStore.after(handle, 0, BATCH);
                !batch.isEmpty();
                batch = AuditStore.after(handle, last, BATCH)) {
            for (AuditRow row : batch) {
                rows++;
                if (row.seq() != last + 1) {
                    find(last + 1, "deleted: the row before " + row.seq() + " is " + last);
                } else if (!chain.after(hash, row).equals(row.hash())) {
                    find(row.seq(), "changed: its content is not what was written");
                }
                Hash signed = expected.remove(row.seq());
                if (signed != null && !signed.equals(row.hash())) {
                    find(row.seq(), "another row than the one that a signed checkpoint knows");
                }
                if (row.seq() == head.seq()) {
                    headSeen = row.hash().equals(head.hash());
                }
                last = row.seq();
                hash = row.hash();
            }
        }
        if (!headSeen) {
            find(head.seq(), "the end of the log is not the row that was written last");
        }
        return rows;
    }

    private void find(long seq, String problem) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(new Verification.Finding(seq, problem));
        }
    }
}
