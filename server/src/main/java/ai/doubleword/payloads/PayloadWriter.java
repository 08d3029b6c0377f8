package ai.doubleword.payloads;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes payloads: those of one account into one blob, each sealed under a data key of its own and bound to its
/// request, then a row for each. Blocks; thread-safe.
@Singleton
final class PayloadWriter {
    static final String KIND = "payload";
    static final String TABLE = "request_payload";
    static final String COLUMN = "payload";

    private final Database database;
    private final BlobStore blobs;
    private final SecretBox box;
    private final Ids ids;
    private final Clock clock;

    PayloadWriter(Database database, BlobStore blobs, SecretBox box, Ids ids, Clock clock) {
        this.database = database;
        this.blobs = blobs;
        this.box = box;
        this.ids = ids;
        this.clock = clock;
    }

    void write(List<Payload> payloads) throws IOException {
        Map<Long, List<Payload>> accounts = new LinkedHashMap<>();
        for (Payload payload : payloads) {
            accounts.computeIfAbsent(payload.account(), account -> new ArrayList<>())
                    .add(payload);
        }
        for (Map.Entry<Long, List<Payload>> account : accounts.entrySet()) {
            write(account.getKey(), account.getValue());
        }
    }

    private void write(long account, List<Payload> payloads) throws IOException {
        BlobName blob = BlobName.of(KIND, ids.next());
        List<PayloadStore.Row> rows = new ArrayList<>();
        try (BlobWriter out = blobs.create(blob)) {
            long at = 0;
            for (Payload payload : payloads) {
                byte[] sealed;
                try (Secret packed = Secret.of(payload.packed())) {
                    sealed = box.seal(packed, TABLE, payload.request(), COLUMN);
                }
                out.write(sealed, 0, sealed.length);
                rows.add(new PayloadStore.Row(payload.request(), account, new BlobSlice(blob, at, sealed.length)));
                at += sealed.length;
            }
            out.commit();
        }
        int kept =
                database.engine().inTransaction(handle -> PayloadStore.insert(handle, account, rows, clock.instant()));
        if (kept == 0) {
            blobs.delete(blob);
        }
    }
}
